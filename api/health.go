package api

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"mangxanh/contest"
)

// healthRoutes tell a proxy or an operator how the node is.
func (s *Server) healthRoutes() {
	s.app.Get("/healthz", func(c *fiber.Ctx) error { return c.JSON(map[string]string{"status": "alive"}) })
	s.app.Get("/readyz", s.ready)
}

// ready answers 200 only when the node can take contest traffic: the database
// answers, is migrated and is set to be safe, and the clock is right.
func (s *Server) ready(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(c.UserContext()); err != nil {
			s.cfg.Log.Warn("not ready", "error", err)
			return &contest.Error{Kind: contest.Busy, Code: contest.CodeOf(err), Message: "this node takes no traffic now"}
		}
	}
	return c.Status(http.StatusOK).JSON(map[string]string{"status": "ready"})
}
