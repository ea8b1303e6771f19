package people

import (
	"context"
	"strings"
	"time"

	"mangxanh/contest"
)

// Card is a printed way to sign in: a secret in a QR link or a code typed by
// hand, and a PIN. Of the secret only a digest is kept for looking it up, of
// the PIN only a MAC; both are also kept sealed under the server's key, so
// that a lost sheet can be printed again.
type Card struct {
	ID           string
	AccountID    string
	Code         string // folded: upper case, without dash
	SecretSHA256 string
	PinMAC       string
	Sealed       string
	Failures     int
	LockedUntil  time.Time
	IssuedAt     time.Time
	RevokedAt    time.Time
}

// PrintedCard is everything that stands on a card.
type PrintedCard struct {
	AccountID  string
	FullName   string
	ClassName  string
	SchoolName string
	Code       string // as printed, XXXX-XXXX
	PIN        string
	Secret     string // goes into the QR link
	IssuedAt   time.Time
}

// CardHolder is a pupil with their live card, if there is one.
type CardHolder struct {
	AccountID  string
	FullName   string
	ClassName  string
	SchoolName string
	Card       *Card
}

// CardStore keeps cards. IssueCards revokes the live card of every account it
// gives a new one and ends their sessions, in the same transaction, and leaves
// one audit row for all. NotePrint records that codes and PINs of a unit were
// shown to the actor.
type CardStore interface {
	CardHolders(ctx context.Context, f PupilFilter, page contest.Page) ([]CardHolder, string, error)
	IssueCards(ctx context.Context, actor contest.Actor, object string, cards []Card) error
	NotePrint(ctx context.Context, actor contest.Actor, unitID, form string, cards int) error
}

// The forms in which cards leave: a page to print from a browser, or a PDF.
const (
	printedPage = "page"
	printedPDF  = "pdf"
)

// CardMode says whose cards are made anew.
type CardMode string

// The modes of issuing cards for a unit.
const (
	CardsMissing CardMode = "missing"     // only for who has none
	CardsAll     CardMode = "reissue_all" // every card of the unit ends and is replaced
)

// The letters of codes and passwords leave out what looks alike on paper:
// 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
const (
	codeLetters = "34679ACDEFGHJKMNPQRTWXY"
	pinDigits   = "0123456789"
	drawnPIN    = 6
	wordLetters = "34679acdefhjkmnpqrtwxyACDEFGHJKMNPQRTWXY"
)

// unitCardLimit is how many cards one call issues or prints: a large school.
const unitCardLimit = 5000

// IssueCards gives cards to the pupils of a unit in the current school year
// and says how many were issued and how many kept.
func (s *Service) IssueCards(ctx context.Context, actor contest.Actor, unitID string, mode CardMode) (issued, kept int, err error) {
	u, holders, err := s.holders(ctx, actor, unitID)
	if err != nil {
		return 0, 0, err
	}
	var cards []Card
	for _, h := range holders {
		if h.Card != nil && mode != CardsAll {
			kept++
			continue
		}
		card, _, err := s.newCard(h.AccountID, "", "")
		if err != nil {
			return 0, 0, err
		}
		cards = append(cards, card)
	}
	if len(cards) > 0 {
		err = s.Store.IssueCards(ctx, actor, "unit:"+u.ID, cards)
		s.changed()
	}
	return len(cards), kept, err
}

// holders lists the pupils of a unit whose cards the actor may hand out.
func (s *Service) holders(ctx context.Context, actor contest.Actor, unitID string) (Unit, []CardHolder, error) {
	u, err := s.unit(ctx, actor, unitID, contest.RoleSchool, contest.RoleTeacher)
	if err != nil {
		return Unit{}, nil, err
	}
	f := PupilFilter{UnitPath: u.Path, SchoolYear: s.schoolYear(u.SchoolYear)}
	var all []CardHolder
	for page := (contest.Page{Limit: 500}); ; {
		batch, next, err := s.Store.CardHolders(ctx, f, page)
		if err != nil {
			return Unit{}, nil, err
		}
		if all = append(all, batch...); len(all) > unitCardLimit {
			return Unit{}, nil, contest.Refuse(contest.TooLarge, "too_many_cards", "cards are handled for at most %d pupils at once", unitCardLimit)
		}
		if page.Cursor = next; next == "" {
			return u, all, nil
		}
	}
}

// ReissueCard replaces one pupil's card: the old one and its sessions end at
// once.
func (s *Service) ReissueCard(ctx context.Context, actor contest.Actor, accountID string) (PrintedCard, error) {
	return s.GiveCard(ctx, actor, accountID, "", "")
}

// GiveCard is ReissueCard with a code and a PIN of the caller's choice, for
// demonstrations; either may be empty, and then it is drawn.
func (s *Service) GiveCard(ctx context.Context, actor contest.Actor, accountID, code, pin string) (PrintedCard, error) {
	p, err := s.pupilPlace(ctx, actor, accountID, contest.RoleSchool, contest.RoleTeacher)
	if err != nil {
		return PrintedCard{}, err
	}
	card, secrets, err := s.newCard(accountID, FoldCode(code), pin)
	if err != nil {
		return PrintedCard{}, err
	}
	if err := s.Store.IssueCards(ctx, actor, "account:"+accountID, []Card{card}); err != nil {
		return PrintedCard{}, err
	}
	s.changed()
	return PrintedCard{
		AccountID: accountID, FullName: p.Account.FullName, ClassName: p.ClassName, SchoolName: p.SchoolName,
		Code: ShowCode(card.Code), PIN: secrets.pin, Secret: secrets.secret, IssuedAt: card.IssuedAt,
	}, nil
}

// PrintCards opens the live cards of one page of a unit's pupils for printing.
// Who printed what is recorded before anything is handed out.
func (s *Service) PrintCards(ctx context.Context, actor contest.Actor, unitID string, page contest.Page) ([]PrintedCard, string, error) {
	u, err := s.unit(ctx, actor, unitID, contest.RoleSchool, contest.RoleTeacher)
	if err != nil {
		return nil, "", err
	}
	holders, next, err := s.Store.CardHolders(ctx, PupilFilter{UnitPath: u.Path, SchoolYear: s.schoolYear(u.SchoolYear)}, page.Clamp(50, 200))
	if err != nil {
		return nil, "", err
	}
	cards, err := s.printed(ctx, actor, u, printedPage, holders)
	return cards, next, err
}

// PrintAllCards opens every live card of a unit, for one document, and records
// it as PrintCards does.
func (s *Service) PrintAllCards(ctx context.Context, actor contest.Actor, unitID string) (Unit, []PrintedCard, error) {
	u, holders, err := s.holders(ctx, actor, unitID)
	if err != nil {
		return Unit{}, nil, err
	}
	cards, err := s.printed(ctx, actor, u, printedPDF, holders)
	return u, cards, err
}

func (s *Service) printed(ctx context.Context, actor contest.Actor, u Unit, form string, holders []CardHolder) ([]PrintedCard, error) {
	cards, err := s.opened(holders)
	if err != nil || len(cards) == 0 {
		return cards, err
	}
	return cards, s.Store.NotePrint(ctx, actor, u.ID, form, len(cards))
}

func (s *Service) opened(holders []CardHolder) ([]PrintedCard, error) {
	cards := make([]PrintedCard, 0, len(holders))
	for _, h := range holders {
		if h.Card == nil {
			continue
		}
		plain, err := s.Keys.open("card "+h.Card.ID, h.Card.Sealed)
		if err != nil {
			return nil, err
		}
		secret, pin, _ := strings.Cut(plain, " ")
		cards = append(cards, PrintedCard{
			AccountID: h.AccountID, FullName: h.FullName, ClassName: h.ClassName, SchoolName: h.SchoolName,
			Code: ShowCode(h.Card.Code), PIN: pin, Secret: secret, IssuedAt: h.Card.IssuedAt,
		})
	}
	return cards, nil
}

type cardSecrets struct{ secret, pin string }

// newCard makes a card with the given code and PIN or with drawn ones.
func (s *Service) newCard(accountID, code, pin string) (Card, cardSecrets, error) {
	var err error
	if code == "" {
		if code, err = draw(s.Random, codeLetters, 8); err != nil {
			return Card{}, cardSecrets{}, err
		}
	}
	if pin == "" {
		if pin, err = draw(s.Random, pinDigits, drawnPIN); err != nil {
			return Card{}, cardSecrets{}, err
		}
	}
	if len(pin) < 4 || len(pin) > 6 || strings.Trim(pin, pinDigits) != "" {
		return Card{}, cardSecrets{}, contest.Faulty(contest.Problem{Location: "pin", Code: "bad_pin", Message: "a PIN has 4 to 6 digits"})
	}
	secret, err := drawToken(s.Random, 16)
	if err != nil {
		return Card{}, cardSecrets{}, err
	}
	id := s.NewID()
	sealed, err := s.Keys.sealed(s.Random, "card "+id, secret+" "+pin)
	if err != nil {
		return Card{}, cardSecrets{}, err
	}
	return Card{
		ID: id, AccountID: accountID, Code: code, SecretSHA256: digest(secret), PinMAC: s.Keys.pinMAC(id, pin),
		Sealed: sealed, IssuedAt: s.Now(),
	}, cardSecrets{secret: secret, pin: pin}, nil
}

// drawPassword makes a password to be shown once and typed: about 63 bits.
func (s *Service) drawPassword() (string, error) { return draw(s.Random, wordLetters, 12) }

// FoldCode is the kept form of a typed code: case, spaces and dashes make no
// difference.
func FoldCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '‐' || r == '–' || r == '\u00a0':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, typed)
}

// ShowCode is the printed form of a kept code, XXXX-XXXX.
func ShowCode(code string) string {
	if len(code) != 8 {
		return code
	}
	return code[:4] + "-" + code[4:]
}
