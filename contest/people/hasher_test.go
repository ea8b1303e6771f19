package people

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
)

// A client who goes away does not make room for the next hash while theirs
// still burns.
// Planted defect that this catches: the slot released by the waiting request.
func TestSlotIsHeldByTheWork(t *testing.T) {
	h := NewHasher(1, rand.Reader)
	ctx, leave := context.WithCancel(t.Context())
	begun, finish := make(chan struct{}), make(chan struct{})
	gone := make(chan error)
	go func() { gone <- h.do(ctx, func() { close(begun); <-finish }) }()
	<-begun
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatalf("who left heard %v", err)
	}
	select {
	case h.slots <- struct{}{}:
		t.Error("the slot is free although the work goes on")
	default:
	}
	close(finish)
	if err := h.do(t.Context(), func() {}); err != nil {
		t.Errorf("after the work: %v", err)
	}
}

func TestStoredFormOfAPassword(t *testing.T) {
	h := NewHasher(1, rand.Reader)
	stored, err := h.Hash(t.Context(), "mười hai chữ")
	if err != nil {
		t.Fatal(err)
	}
	if !matches("mười hai chữ", stored) || matches("mười hai chu", stored) || matches("", "") {
		t.Error("the stored form does not tell right from wrong")
	}
	for _, damaged := range []string{"", "$argon2id$", stored[:len(stored)-30], "$argon2id$v=19$m=4000000,t=2,p=1$c2FsdA$a2V5a2V5a2V5a2V5a2V5"} {
		if matches("mười hai chữ", damaged) {
			t.Errorf("damaged form %q matches", damaged)
		}
	}
	for _, refused := range []string{"", "too short", string(make([]byte, 129))} {
		if _, err := h.Hash(t.Context(), refused); err == nil {
			t.Errorf("a password of %d bytes was taken", len(refused))
		}
	}
}
