package moodlexml

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"path"
	"strings"

	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/tree"
)

const placeholder = "@@PLUGINFILE@@/"

// pictures returns what finds the pictures of the texts in an element: in the
// files beside the text, in the other files of the question, or written out in
// the address itself. Addresses that lead elsewhere are not followed.
func (q *question) pictures(n *tree.Node) func(src, alt string) (int, bool) {
	return func(src, alt string) (int, bool) {
		name, data, ok := q.find(n, src)
		if !ok {
			q.once(item.Warning, "stem", "picture_missing", "a picture is named in the file but is not in it")
			return 0, false
		}
		alt = strings.Join(strings.Fields(alt), " ")
		place := fmt.Sprintf("%p", n)
		if strings.HasPrefix(src, "data:") {
			place, name = "data", src
		}
		key := place + "\x00" + name + "\x00" + alt
		if at, seen := q.known[key]; seen {
			return at, true
		}
		if q.file.pictures+len(q.Item.Pictures) >= item.MaxPictures {
			q.once(item.Error, "stem", "too_many_pictures", "the file has too many pictures; the rest was left out")
			return 0, false
		}
		bytes, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
		if err != nil || len(bytes) == 0 || len(bytes) > item.MaxPicture {
			q.once(item.Warning, "stem", "picture_missing", "a picture is named in the file but is not in it")
			return 0, false
		}
		if place == "data" {
			name = fmt.Sprintf("picture-%d", len(q.Item.Pictures)+1)
		}
		at := len(q.Item.Pictures)
		q.Item.Pictures = append(q.Item.Pictures, item.Picture{Name: path.Base(name), Bytes: bytes, Alt: alt})
		if q.known == nil {
			q.known = map[string]int{}
		}
		q.known[key] = at
		return at, true
	}
}

// find returns the name and the base64 of the picture at an address.
func (q *question) find(n *tree.Node, src string) (name, data string, ok bool) {
	src = strings.TrimSpace(src)
	if rest, inline := strings.CutPrefix(src, "data:image/"); inline {
		_, data, ok = strings.Cut(rest, ";base64,")
		return "", data, ok
	}
	address, inFile := strings.CutPrefix(src, placeholder)
	if !inFile {
		return "", "", false
	}
	address, _, _ = strings.Cut(address, "?")
	if plain, err := url.PathUnescape(address); err == nil {
		address = plain
	}
	for _, files := range [][]*tree.Node{n.All("file"), q.node.Find("file")} {
		for _, f := range files {
			full := strings.TrimPrefix(f.Attr("path"), "/") + f.Attr("name")
			if (full == address || f.Attr("name") == address) && strings.EqualFold(f.Attr("encoding"), "base64") {
				return f.Attr("name"), f.Plain(), true
			}
		}
	}
	return "", "", false
}
