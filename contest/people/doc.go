// Package people provides units, accounts, enrolments, consents, login cards
// and signing in: who there is, where they belong and who may do what to them.
// It refuses to know HTTP, SQL and the form of files: a roster arrives here as
// rows that somebody else has read.
//
// # Children
//
// Of a child we keep the name, the birth date, the gender, the class and the
// school's own code, because a roster, a ranking by class and a certificate
// need them, and nothing else: no address, no telephone number, no national
// number. Names of children are shown masked outside their school unless the
// consent of a guardian is recorded and, from the age of seven, the child's
// own as well. Below seven there is no consent that would show a full name.
//
// # Rights
//
// A role holds over a unit and everything below it. What lies outside answers
// exactly as what does not exist. Nobody gives a role that reaches further
// than their own, and nobody takes over an account that holds such a role.
//
// # Signing in
//
// Pupils sign in with a printed card: a secret in a QR link, or a short code
// typed by hand, and a PIN. Wrong PINs lock the card, not the school. Staff
// sign in with a password, hashed with argon2id in a pool that bounds memory.
// Either way a session begins whose refresh tokens rotate; an actor is looked
// up again every few seconds, so that a ban or a logout is felt on every node
// long before the access token ends.
package people
