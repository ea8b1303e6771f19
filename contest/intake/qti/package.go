package qti

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
)

// pack writes a package: items and pictures as they come, the manifest last.
type pack struct {
	dialect
	zip      *zip.Writer
	pictures func(id string) (item.Picture, bool)
	files    map[string]string // of pictures by their ids; "" for one that is gone
	entries  strings.Builder   // of the manifest
	lost     item.Losses
	failed   error
}

func write(w io.Writer, d dialect, versions []bank.Version, pictures func(id string) (item.Picture, bool)) ([]item.Loss, error) {
	k := &pack{dialect: d, zip: zip.NewWriter(w), pictures: pictures, files: map[string]string{}}
	for n, v := range versions {
		if field, why := unwritable(v); why != "" {
			k.lost.Without(n+1, field, why)
			continue
		}
		if err := k.add(n+1, v); err != nil {
			return k.lost, err
		}
	}
	if err := k.entry(manifestName, []byte(k.index()), zip.Deflate); err != nil {
		return k.lost, err
	}
	return k.lost, k.zip.Close()
}

func (k *pack) entry(name string, data []byte, method uint16) error {
	w, err := k.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}

func (k *pack) add(n int, v bank.Version) error {
	k.unheld(n, v)
	p := &page{dialect: k.dialect, number: n, v: v, lost: &k.lost, address: k.address}
	text := p.write()
	if k.failed != nil {
		return k.failed
	}
	name := fmt.Sprintf("items/cau-%d.xml", n)
	if err := k.entry(name, []byte(text), zip.Deflate); err != nil {
		return err
	}
	k.list(n, v, name, p.files)
	return nil
}

// unheld says what the format has no place for.
func (k *pack) unheld(n int, v bank.Version) {
	if v.Audio != nil {
		k.lost.Add(n, "audio", "recordings are not written; their text neither")
	}
	c := v.Citation
	if c.InstrumentID != "" {
		k.lost.Add(n, "instrument", "the entry in the list of instruments is left out; the source is written")
	}
	if again := bank.ParseCitation(item.Source(c)); again.Instrument != c.Instrument || again.Article != c.Article {
		k.lost.Add(n, "citation", "instrument and article are written in one line and may be read differently")
	}
}

// address puts a picture into the package and returns its name there.
func (k *pack) address(id string) string {
	if file, known := k.files[id]; known {
		return file
	}
	k.files[id] = ""
	p, ok := k.pictures(id)
	if !ok || extension(p.Bytes) == "" {
		return ""
	}
	file := fmt.Sprintf("images/%d%s", len(k.files), extension(p.Bytes))
	if err := k.entry(file, p.Bytes, zip.Store); err != nil {
		k.failed = err
		return ""
	}
	k.files[id] = file
	return file
}

// list notes an item for the manifest.
func (k *pack) list(n int, v bank.Version, name string, files []string) {
	labels := item.Labels(v)
	if v.Topic != "" {
		labels = append(labels, "topic:"+v.Topic)
	}
	e := &k.entries
	fmt.Fprintf(e, `<resource identifier="cau-%d" type="%s" href="%s">`, n, k.resource, name)
	if len(labels) > 0 {
		e.WriteString(`<metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general>`)
		for _, l := range labels {
			e.WriteString(`<keyword><string language="vi">` + escaped(l) + `</string></keyword>`)
		}
		e.WriteString(`</general></lom></metadata>`)
	}
	for _, f := range append([]string{name}, files...) {
		e.WriteString(`<file href="` + escaped(f) + `"/>`)
	}
	e.WriteString("</resource>\n")
}

func (k *pack) index() string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<manifest xmlns="` + k.manifest + `" identifier="cau-hoi"><metadata><schema>` + k.schema +
		`</schema><schemaversion>` + k.edition + `</schemaversion></metadata><organizations/><resources>` + "\n" + k.entries.String() + "</resources></manifest>\n"
}
