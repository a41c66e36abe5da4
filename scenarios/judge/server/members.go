package server

// member is a member of a JSON document and the type that its specification gives
// it.
type member struct {
	name, kind string
	fits       func(value any) bool
}

func isString(v any) bool { _, ok := v.(string); return ok }

func isNumber(v any) bool { _, ok := v.(float64); return ok }

func isBool(v any) bool { _, ok := v.(bool); return ok }

func isStrings(v any) bool {
	list, ok := v.([]any)
	if !ok {
		return false
	}
	for _, e := range list {
		if !isString(e) {
			return false
		}
	}
	return true
}

// members are those of one type.
func members(kind string, fits func(any) bool, names ...string) []member {
	out := make([]member, 0, len(names))
	for _, name := range names {
		out = append(out, member{name, kind, fits})
	}
	return out
}

// kindOf names the JSON type of a value.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case float64:
		return "a number"
	case bool:
		return "a boolean"
	case []any:
		return "an array"
	}
	return "an object"
}

const (
	aString  = "a string"
	aNumber  = "a number"
	aBool    = "a boolean"
	aStrings = "an array of strings"
)

// registrationMembers are those of RFC 7591 sections 2 and 3.2.1 that clients
// read. client_secret_expires_at has a check of its own.
func registrationMembers() []member {
	return append(append(
		members(aString, isString, "client_id", "client_secret", "token_endpoint_auth_method", "client_name", "client_uri", "logo_uri", "scope",
			"tos_uri", "policy_uri", "jwks_uri", "software_id", "software_version", "registration_access_token", "registration_client_uri"),
		members(aStrings, isStrings, "redirect_uris", "grant_types", "response_types", "contacts")...),
		members(aNumber, isNumber, "client_id_issued_at")...)
}

// metadataMembers are those of RFC 8414 section 2 and of the specifications that
// MCP builds on.
func metadataMembers() []member {
	return append(append(
		members(aString, isString, "issuer", "authorization_endpoint", "token_endpoint", "registration_endpoint", "jwks_uri",
			"revocation_endpoint", "introspection_endpoint", "pushed_authorization_request_endpoint"),
		members(aStrings, isStrings, "response_types_supported", "scopes_supported", "response_modes_supported", "grant_types_supported",
			"token_endpoint_auth_methods_supported", "code_challenge_methods_supported", "dpop_signing_alg_values_supported")...),
		members(aBool, isBool, "client_id_metadata_document_supported", "authorization_response_iss_parameter_supported",
			"require_pushed_authorization_requests")...)
}
