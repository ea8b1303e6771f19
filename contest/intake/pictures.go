package intake

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
)

// Gallery keeps pictures and recordings of a bank. The same bytes keep the id
// that they were given first.
type Gallery interface {
	Add(ctx context.Context, actor contest.Actor, bankID string, raw []byte, words string) (bank.Medium, error)
}

// keepPictures takes the pictures of a file into the bank, so that the rows name
// what is there. A picture that cannot be shown is left out and said so at its
// question; what it shows is asked for where nobody wrote it.
func (s *Service) keepPictures(ctx context.Context, actor contest.Actor, bankID string, f *item.File) error {
	if s.Gallery == nil {
		return nil
	}
	for n := range f.Items {
		it := &f.Items[n]
		if len(it.Pictures) == 0 {
			continue
		}
		if it.Marked {
			it.Version.Format = bank.Markdown
		}
		ids := map[string]string{}
		for k, p := range it.Pictures {
			if err := ctx.Err(); err != nil {
				return err
			}
			id, err := s.keepPicture(ctx, actor, bankID, *it, p)
			if code := contest.CodeOf(err); err != nil && (code == "internal" || code == "overloaded") {
				return err
			}
			if err != nil {
				it.Add(item.Error, "stem", "picture_not_kept", "a picture of the file could not be shown; put another in its place or take it out", map[string]string{"name": item.Clip(p.Name)})
				continue
			}
			ids["@"+strconv.Itoa(k+1)] = id
		}
		it.Version = it.Version.WithMedia(func(id string) string {
			if kept, ok := ids[id]; ok {
				return kept
			}
			return id
		})
	}
	return nil
}

func (s *Service) keepPicture(ctx context.Context, actor contest.Actor, bankID string, it item.Item, p item.Picture) (string, error) {
	words := strings.TrimSpace(p.Alt)
	if words == "" {
		words = fmt.Sprintf("%s, %s", it.Place, p.Name)
	}
	if r := []rune(words); len(r) > bank.MaxAlt {
		words = string(r[:bank.MaxAlt])
	}
	m, err := s.Gallery.Add(ctx, actor, bankID, p.Bytes, words)
	return m.ID, err
}
