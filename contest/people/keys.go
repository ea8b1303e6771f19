package people

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
)

// Keys are the server's keys for cards and refresh tokens, each derived from
// the one server secret, so that one never opens what another closed.
type Keys struct {
	pin  []byte
	seal cipher.AEAD
}

// NewKeys derives the keys. A secret of less than 32 bytes is refused.
func NewKeys(secret []byte) (Keys, error) {
	if len(secret) < 32 {
		return Keys{}, fmt.Errorf("the server secret has %d bytes, at least 32 are needed", len(secret))
	}
	pin, err := hkdf.Key(sha256.New, secret, nil, "mangxanh card pin", 32)
	if err != nil {
		return Keys{}, fmt.Errorf("derive the PIN key: %w", err)
	}
	sealing, err := hkdf.Key(sha256.New, secret, nil, "mangxanh seal", 32)
	if err != nil {
		return Keys{}, fmt.Errorf("derive the sealing key: %w", err)
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return Keys{}, fmt.Errorf("sealing cipher: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return Keys{}, fmt.Errorf("sealing mode: %w", err)
	}
	return Keys{pin: pin, seal: seal}, nil
}

// pinMAC binds a PIN to its card: the same PIN looks different on every card.
func (k Keys) pinMAC(cardID, pin string) string {
	m := hmac.New(sha256.New, k.pin)
	_, _ = io.WriteString(m, cardID+"\x00"+pin)
	return hex.EncodeToString(m.Sum(nil))
}

// sealed closes a text for one purpose; only open with the same purpose reads
// it again.
func (k Keys) sealed(random io.Reader, purpose, plain string) (string, error) {
	nonce := make([]byte, k.seal.NonceSize())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return "", fmt.Errorf("draw a nonce: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(k.seal.Seal(nonce, nonce, []byte(plain), []byte(purpose))), nil
}

func (k Keys) open(purpose, sealed string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < k.seal.NonceSize() {
		return "", fmt.Errorf("open a sealed %s: it is damaged", purpose)
	}
	n := k.seal.NonceSize()
	plain, err := k.seal.Open(nil, raw[:n], raw[n:], []byte(purpose))
	if err != nil {
		return "", fmt.Errorf("open a sealed %s: %w", purpose, err)
	}
	return string(plain), nil
}

// digest is how a high-entropy secret is kept and looked up.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// draw makes n letters of an alphabet, each equally likely.
func draw(random io.Reader, alphabet string, n int) (string, error) {
	out, one := make([]byte, 0, n), make([]byte, 1)
	limit := byte(256 - 256%len(alphabet) - 1)
	for len(out) < n {
		if _, err := io.ReadFull(random, one); err != nil {
			return "", fmt.Errorf("draw a secret: %w", err)
		}
		if one[0] <= limit {
			out = append(out, alphabet[int(one[0])%len(alphabet)])
		}
	}
	return string(out), nil
}

// drawToken makes a secret of n bytes, as text that fits into links.
func drawToken(random io.Reader, n int) (string, error) {
	raw := make([]byte, n)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("draw a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}
