package export

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/text"
)

// Taken is what is recorded of a file that leaves.
type Taken struct {
	BankID    string
	Format    string
	Keys      bool
	Questions int
}

// Store records exports and holds what questions show and play.
type Store interface {
	RecordExport(ctx context.Context, actor contest.Actor, t Taken) error
	Medium(ctx context.Context, id string) (bank.Medium, error)
}

// Service writes questions out.
type Service struct {
	Store Store
	Banks *bank.Service
	Now   func() time.Time
}

// Request says which questions are wanted and in which form.
type Request struct {
	BankID string
	Format string
	Keys   bool
	Filter bank.Filter
}

// Loss is something of a question that the form cannot hold.
type Loss struct {
	item.Loss
	QuestionID string
}

// File is an export that is ready to be written.
type File struct {
	Format    Format
	Name      string // safe in every file system and header
	Questions int

	keys     bool
	store    Store
	versions []bank.Version
}

// Losses says what would be lost, before anything is taken.
func (s *Service) Losses(ctx context.Context, actor contest.Actor, r Request) (questions int, losses []Loss, err error) {
	f, err := s.prepare(ctx, actor, r)
	if err != nil {
		return 0, nil, err
	}
	losses, err = f.write(ctx, io.Discard)
	return f.Questions, losses, err
}

// Export records that the actor takes the questions along and returns the file.
func (s *Service) Export(ctx context.Context, actor contest.Actor, r Request) (*File, error) {
	f, err := s.prepare(ctx, actor, r)
	if err != nil {
		return nil, err
	}
	return f, s.Store.RecordExport(ctx, actor, Taken{BankID: r.BankID, Format: r.Format, Keys: r.Keys, Questions: f.Questions})
}

// pageOf is how many questions are read at once.
const pageOf = 500

func (s *Service) prepare(ctx context.Context, actor contest.Actor, r Request) (*File, error) {
	format, known := Lookup(r.Format)
	switch {
	case !known:
		return nil, contest.Faulty(contest.Problem{Location: "format", Code: "choice", Message: "there is no such format"})
	case !r.Keys && !format.Keyless:
		return nil, contest.Refuse(contest.Invalid, "keys_needed", "the format cannot be written without keys")
	}
	b, err := s.Banks.Bank(ctx, actor, r.BankID)
	if err != nil {
		return nil, err
	}
	f := &File{Format: format, keys: r.Keys, store: s.Store, Name: fileName(b.Name, s.Now(), format, r.Keys)}
	for page := (contest.Page{Limit: pageOf}); ; {
		questions, next, err := s.Banks.Questions(ctx, actor, r.BankID, r.Filter, page)
		if err != nil {
			return nil, err
		}
		for _, q := range questions {
			v := q.Newest
			v.QuestionID = q.ID
			if !r.Keys {
				v = v.WithoutKey()
			}
			f.versions = append(f.versions, v)
		}
		if len(f.versions) > item.MaxItems {
			return nil, contest.Refuse(contest.TooLarge, "too_many_questions", "at most %d questions leave in one file; narrow the list", item.MaxItems)
		}
		if page.Cursor = next; next == "" {
			break
		}
	}
	if f.Questions = len(f.versions); f.Questions == 0 {
		return nil, contest.Refuse(contest.Invalid, "nothing_to_export", "no question is in the list")
	}
	return f, nil
}

// fileName is made of letters, digits and dashes alone.
func fileName(bankName string, now time.Time, f Format, keys bool) string {
	words := strings.FieldsFunc(text.Fold(bankName), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	name := strings.Join(words, "-")
	if name = strings.Trim(name[:min(len(name), 60)], "-"); name == "" {
		name = "cau-hoi"
	}
	if f.Keyless && !keys {
		name += "-khong-dap-an"
	}
	return name + "-" + now.In(contest.Hanoi).Format("20060102") + f.Extension
}

// WriteTo writes the file.
func (f *File) WriteTo(ctx context.Context, w io.Writer) error {
	_, err := f.write(ctx, w)
	return err
}

func (f *File) write(ctx context.Context, w io.Writer) ([]Loss, error) {
	var failed error
	found, err := f.Format.write(w, f.versions, func(id string) (item.Picture, bool) {
		m, err := f.store.Medium(ctx, id)
		if err != nil {
			if contest.CodeOf(err) == "internal" && failed == nil {
				failed = err
			}
			return item.Picture{}, false
		}
		return item.Picture{Name: m.ID, Bytes: m.Body, Alt: m.Words}, true
	})
	switch {
	case failed != nil:
		return nil, fmt.Errorf("read a picture for an export: %w", failed)
	case err != nil:
		return nil, fmt.Errorf("write an export as %s: %w", f.Format.Name, err)
	}
	losses := make([]Loss, 0, len(found))
	for _, l := range found {
		if !f.keys && l.Field == "key" && !l.Whole() {
			continue // left out because it was asked for
		}
		one := Loss{Loss: l}
		if l.Number > 0 && l.Number <= len(f.versions) {
			one.QuestionID = f.versions[l.Number-1].QuestionID
		}
		losses = append(losses, one)
	}
	return losses, nil
}
