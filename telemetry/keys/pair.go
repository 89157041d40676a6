package keys

import (
	"crypto/ecdh"
	"crypto/rand"
	"fmt"
	"strings"
)

// Pair is a public key and the secret one that belongs to it, in Z85.
type Pair struct{ Public, Secret string }

// NewPair makes a pair that nobody has.
func NewPair() (Pair, error) {
	k, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return Pair{}, fmt.Errorf("making a key: %w", err)
	}
	return Pair{Public: encode(k.PublicKey().Bytes()), Secret: encode(k.Bytes())}, nil
}

// PairOf is the pair of a secret key.
func PairOf(secret string) (Pair, error) {
	secret = strings.TrimSpace(secret)
	b, err := decode(secret)
	if err != nil {
		return Pair{}, err
	}
	k, err := ecdh.X25519().NewPrivateKey(b)
	if err != nil {
		return Pair{}, fmt.Errorf("reading a secret key: %w", err)
	}
	return Pair{Public: encode(k.PublicKey().Bytes()), Secret: secret}, nil
}

// CheckPublic says what is wrong with a public key.
func CheckPublic(key string) error {
	b, err := decode(key)
	if err != nil {
		return err
	}
	// A key of low order makes the shared secret zero, which anybody knows.
	probe, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("checking a key: %w", err)
	}
	public, err := ecdh.X25519().NewPublicKey(b)
	if err == nil {
		_, err = probe.ECDH(public)
	}
	if err != nil {
		return fmt.Errorf("a key that protects nothing: %w", err)
	}
	return nil
}
