package documents

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// keyBits is the size of the stand-in key; RFC 7518 section 3.3 wants no less.
const keyBits = 2048

// SigningKey is the private key that stands in for those of all documents that
// name a jwks_uri: nobody but the vendor has the real one. It is drawn once in
// a process, when it is first needed, and never written down.
func SigningKey() (jose.JSONWebKey, error) { return drawKey() }

var drawKey = sync.OnceValues(func() (jose.JSONWebKey, error) { //nolint:gochecknoglobals // drawn once, never changed
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return jose.JSONWebKey{}, err
	}
	return jose.JSONWebKey{Key: key, KeyID: "stand-in", Algorithm: string(jose.RS256), Use: "sig"}, nil
})

// keySet is the public half of the stand-in key, as a jwks_uri answers it.
func keySet() ([]byte, error) {
	key, err := SigningKey()
	if err != nil {
		return nil, err
	}
	return json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}})
}
