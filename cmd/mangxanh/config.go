package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"mangxanh/contest"
)

// Settings are the same for every command.
type Settings struct {
	Addr           string   `default:"127.0.0.1:8080" help:"Address to listen on."`
	AdminAddr      string   `default:"127.0.0.1:8081" help:"Private address of /metrics and profiles; off = none."`
	DataDir        string   `default:"./data" help:"Folder of the embedded database and the secret."`
	DatabaseURL    string   `help:"postgres://… ; without it the record is a SQLite file in the data folder."`
	RedisURL       string   `help:"redis://… ; without it live boards are kept in this process."`
	SecretFile     string   `help:"File of the server's secret, made on first start; default: secret in the data folder."`
	PublicURL      string   `help:"Address people open, as printed on cards; default: http://ADDR."`
	TrustedProxies []string `help:"Addresses whose forwarding headers are believed."`
	UIDir          string   `help:"Folder of a built interface, instead of the one in the binary."`
	LogLevel       string   `default:"info" enum:"debug,info,warn,error" help:"Least level that is logged."`
}

// commands is the command line.
type commands struct {
	Settings

	Serve      serveCommand      `cmd:"" help:"Serve contests (migrates first)."`
	Migrate    migrateCommand    `cmd:"" help:"Bring the database to this program's schema."`
	Demo       demoCommand       `cmd:"" help:"Fill an empty database with the demo and print the logins."`
	Account    accountCommand    `cmd:"" help:"Make staff accounts and passwords from the shell."`
	Doctor     doctorCommand     `cmd:"" help:"Check that the database is there, migrated, durable and on time."`
	Import     importCommand     `cmd:"" help:"Check a file of questions or pupils, and bring it in."`
	Export     exportCommand     `cmd:"" help:"Write results or questions to a file."`
	Board      boardCommand      `cmd:"" help:"Look after the live leaderboards."`
	Statistics statisticsCommand `cmd:"" help:"Look after what is counted of questions."`
	Backup     backupCommand     `cmd:"" help:"Write the whole record to one file, the same for both kinds of database."`
	Restore    restoreCommand    `cmd:"" help:"Fill an empty database from a backup."`
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "dev"
}

// now and newID are the program's only clock and source of ids.
func now() time.Time    { return contest.Moment(time.Now()) }
func newID() string     { return uuid.Must(uuid.NewV7()).String() }
func requestID() string { return uuid.NewString() }

// validate completes the settings and refuses what cannot work.
func (s *Settings) validate() error {
	if s.PublicURL == "" {
		s.PublicURL = "http://" + s.Addr
	}
	s.PublicURL = strings.TrimSuffix(s.PublicURL, "/")
	if u, err := url.Parse(s.PublicURL); err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http") {
		return fmt.Errorf("MANGXANH_PUBLIC_URL must look like https://contest.example, not %q", s.PublicURL)
	}
	if _, _, err := net.SplitHostPort(s.Addr); err != nil {
		return fmt.Errorf("MANGXANH_ADDR must look like 127.0.0.1:8080, not %q", s.Addr)
	}
	if s.DatabaseURL != "" && !strings.HasPrefix(s.DatabaseURL, "postgres://") && !strings.HasPrefix(s.DatabaseURL, "postgresql://") {
		return errors.New("MANGXANH_DATABASE_URL must begin with postgres://")
	}
	if s.RedisURL != "" && !strings.HasPrefix(s.RedisURL, "redis://") && !strings.HasPrefix(s.RedisURL, "rediss://") {
		return errors.New("MANGXANH_REDIS_URL must begin with redis://")
	}
	if s.SecretFile == "" {
		s.SecretFile = filepath.Join(s.DataDir, "secret")
	}
	return nil
}

// secretSize is the number of random bytes from which every key is derived.
const secretSize = 32

// secret reads the server's secret and makes it on the first start. All nodes of
// one installation share it.
func (s *Settings) secret() ([]byte, error) {
	key, err := os.ReadFile(s.SecretFile)
	if errors.Is(err, fs.ErrNotExist) {
		if key, err = s.makeSecret(); err != nil {
			return nil, fmt.Errorf("make the secret: %w", err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the secret: %w", err)
	}
	if len(key) < secretSize {
		return nil, fmt.Errorf("the secret in %s is shorter than %d bytes", s.SecretFile, secretSize)
	}
	return key, nil
}

// makeSecret writes the file under another name first and links it into place,
// so that two nodes starting at once agree on one secret.
func (s *Settings) makeSecret() ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(s.SecretFile), 0o700); err != nil {
		return nil, err
	}
	key := make([]byte, secretSize)
	rand.Read(key) // never fails, by its contract
	draft := s.SecretFile + "." + newID()
	if err := os.WriteFile(draft, key, 0o600); err != nil {
		return nil, err
	}
	defer os.Remove(draft)
	if err := os.Link(draft, s.SecretFile); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(s.SecretFile)
}
