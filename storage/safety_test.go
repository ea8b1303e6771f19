package storage_test

import (
	"strings"
	"testing"
	"time"

	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

func TestSafeSettingsAreAsserted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		if err := db.CheckDurable(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// Every unsafe value is named. The session default stands in for a server that
// is set so; fsync and full_page_writes cannot be changed for one database, and
// the same query reads them.
func TestUnsafeSettingIsRefused(t *testing.T) {
	url := storagetest.PostgresURL(t)
	db, err := storage.Open(t.Context(), storage.Config{DatabaseURL: url, Now: storagetest.Now, NewID: storagetest.NewID, HotConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	db.Unsafe(t.Context(), "SET synchronous_commit = off")
	if err := db.CheckDurable(t.Context()); err == nil || !strings.Contains(err.Error(), "synchronous_commit is off") {
		t.Errorf("CheckDurable = %v, want it to name synchronous_commit", err)
	}
}

func TestClockSkewIsSeen(t *testing.T) {
	db := storagetest.Postgres(t, storagetest.WithNow(func() time.Time { return storagetest.Now().Add(5 * time.Second) }))
	skew, err := db.ClockSkew(t.Context())
	if err != nil || skew < 4*time.Second || skew > 6*time.Second {
		t.Errorf("ClockSkew = %v, %v, want about 5 s", skew, err)
	}
}
