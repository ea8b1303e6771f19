package check

import (
	"context"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// loadCompose reads docker-compose.yml as the container engine would, with
// nothing set in the environment.
func loadCompose(t *testing.T) *types.Project {
	t.Helper()
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	options, err := cli.NewProjectOptions([]string{filepath.Join(dir, "docker-compose.yml")}, cli.WithWorkingDirectory(dir))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		t.Fatalf("docker-compose.yml: %v", err)
	}
	return project
}

func TestComposeHoldsTheCity(t *testing.T) {
	project := loadCompose(t)
	names := project.ServiceNames()
	slices.Sort(names)
	if want := []string{"migrate", "node-1", "node-2", "postgres", "proxy", "redis"}; !slices.Equal(names, want) {
		t.Fatalf("services %v, want %v", names, want)
	}
	for name, s := range project.Services {
		if name != "migrate" && (s.HealthCheck == nil || s.HealthCheck.Disable || len(s.HealthCheck.Test) == 0) {
			t.Errorf("%s has no health check", name)
		}
		if name != "proxy" && len(s.Ports) > 0 {
			t.Errorf("%s publishes ports %v: only the proxy is reached from outside", name, s.Ports)
		}
	}
	one, two := project.Services["node-1"], project.Services["node-2"]
	for key, value := range one.Environment {
		if other := two.Environment[key]; other == nil || *other != *value {
			t.Errorf("the nodes differ in %s: they must be identical", key)
		}
	}
	for _, node := range []types.ServiceConfig{one, two} {
		if got := node.DependsOn["migrate"].Condition; got != types.ServiceConditionCompletedSuccessfully {
			t.Errorf("%s starts on migrate %q, want after it has succeeded", node.Name, got)
		}
	}
	if !project.Networks["records"].Internal {
		t.Error("the network of Postgres and Redis is open to the outside")
	}
	for _, name := range []string{"postgres", "redis"} {
		s := project.Services[name]
		if _, edge := s.Networks["edge"]; edge || len(s.Networks) != 1 {
			t.Errorf("%s is on networks %v, want records alone", name, s.NetworksByPriority())
		}
		if len(s.Volumes) == 0 {
			t.Errorf("%s has no volume", name)
		}
	}
}

// A password in the environment is a password in every process listing, every
// crash report and every copy of the file.
func TestComposeKeepsSecretsInFiles(t *testing.T) {
	project := loadCompose(t)
	secret := regexp.MustCompile(`(?i)(password|secret|token|key)$`)
	for name, s := range project.Services {
		for key, value := range s.Environment {
			if value == nil {
				continue
			}
			if secret.MatchString(key) && *value != "" {
				t.Errorf("%s: %s holds a secret in the environment: hand it over as a file", name, key)
			}
			if u, err := url.Parse(*value); err == nil && u.User != nil {
				if _, has := u.User.Password(); has {
					t.Errorf("%s: %s holds a password in an address", name, key)
				}
			}
			if file, ok := strings.CutPrefix(*value, "/run/secrets/"); ok && !hasSecret(s, file) {
				t.Errorf("%s: %s names the secret %s, which the service is not given", name, key, file)
			}
		}
	}
	for name, s := range project.Secrets {
		if s.File == "" || filepath.Base(filepath.Dir(s.File)) != ".secrets" {
			t.Errorf("the secret %s comes from %q, want a file in .secrets", name, s.File)
		}
	}
}

func hasSecret(s types.ServiceConfig, name string) bool {
	return slices.ContainsFunc(s.Secrets, func(given types.ServiceSecretConfig) bool {
		return given.Source == name || given.Target == name
	})
}

// Durability is Postgres' own default; a sizing line must never trade it away.
func TestComposeKeepsPostgresDurable(t *testing.T) {
	for _, word := range loadCompose(t).Services["postgres"].Command {
		for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
			if strings.HasPrefix(word, setting+"=") && word != setting+"=on" {
				t.Errorf("postgres runs with %s", word)
			}
		}
	}
}
