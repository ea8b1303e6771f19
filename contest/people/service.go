package people

import (
	"io"
	"time"
)

// Store is all that the services here need kept.
type Store interface {
	UnitStore
	UnitGroupStore
	AccountStore
	EnrolmentStore
	ConsentStore
	CardStore
}

// Service answers for units, accounts, enrolments, consents and cards. Every
// method takes the actor and refuses what they may not do.
type Service struct {
	Store  Store
	Keys   Keys
	Hashes *Hasher
	Now    func() time.Time
	NewID  func() string
	Random io.Reader // for card secrets, PINs and passwords
	// Changed is told after a change that ends sessions or alters rights, so
	// that this node need not wait for its memory of actors to run out.
	Changed func()
}

func (s *Service) changed() {
	if s.Changed != nil {
		s.Changed()
	}
}
