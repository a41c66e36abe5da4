package judge

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
)

// topicsOfCode are what an OAuth error code says a refusal is about. Codes that
// are not here, such as invalid_request, leave it to the words.
func topicsOfCode(code string) []check.Topic {
	switch code {
	case "invalid_target":
		return []check.Topic{check.Resource}
	case "invalid_scope", "insufficient_scope":
		return []check.Topic{check.Scope}
	case "invalid_redirect_uri":
		return []check.Topic{check.RedirectURI, check.ApplicationType}
	case "invalid_client":
		return []check.Topic{check.ClientID, check.ClientAuth, check.ClientDocument}
	case "unauthorized_client":
		return []check.Topic{check.ClientID, check.GrantType, check.ResponseType, check.ClientAuth}
	case "invalid_grant":
		return []check.Topic{
			check.Code, check.RefreshToken, check.PKCE, check.RedirectURI, check.Resource, check.ClientID,
		}
	case "unsupported_grant_type":
		return []check.Topic{check.GrantType, check.RequestForm}
	case "unsupported_response_type":
		return []check.Topic{check.ResponseType}
	case "invalid_dpop_proof", "use_dpop_nonce":
		return []check.Topic{check.DPoP}
	case "invalid_token":
		return []check.Topic{check.AccessToken, check.Resource, check.DPoP, check.Issuer}
	case "invalid_client_metadata":
		return []check.Topic{
			check.ClientMetadata, check.ClientAuth, check.GrantType, check.ResponseType, check.RedirectURI, check.ApplicationType,
			check.Scope,
		}
	case "login_required", "consent_required", "interaction_required", "account_selection_required":
		return []check.Topic{check.Prompt}
	}
	return nil
}

// wordTopic are words of a refusal and what they are about.
type wordTopic struct {
	words  *regexp.Regexp
	topics []check.Topic
}

// wordTopics reads what servers say, most telling first: of the products whose
// refusals were recorded, each says one of these words in English.
//
//nolint:gochecknoglobals // a table that nothing changes; compiling it for every cell costs more than judging one
var wordTopics = []wordTopic{
	{regexp.MustCompile(`(?i)\bdpop\b|proof of possession`), []check.Topic{check.DPoP}},
	{regexp.MustCompile(`(?i)code[_ ]?challenge|code[_ ]?verifier|\bpkce\b`), []check.Topic{check.PKCE}},
	{regexp.MustCompile(`(?i)application[_ ]?type|\bnative (app|client)|\bweb (app|client)`), []check.Topic{
		check.ApplicationType, check.RedirectURI,
	}},
	{regexp.MustCompile(`(?i)redirect|callback|loopback|localhost|\bhttps? only\b`), []check.Topic{check.RedirectURI, check.ApplicationType}},
	{regexp.MustCompile(`(?i)metadata document|client metadata fetch|fetch(ing|ed)? .*client|` +
		`client.* (could not|cannot|failed to) be fetched`), []check.Topic{
		check.ClientDocument,
	}},
	{regexp.MustCompile(`(?i)auth(entication)?[_ ]method|client[_ ]?secret|` +
		`client (authentication|assertion|credentials)|\bsecret\b`), []check.Topic{
		check.ClientAuth,
	}},
	{regexp.MustCompile(`(?i)grant[_ ]?types?\b`), []check.Topic{check.GrantType}},
	{regexp.MustCompile(`(?i)response[_ ]?types?\b`), []check.Topic{check.ResponseType}},
	{regexp.MustCompile(`(?i)\bresources?\b|\baudience\b|\baud\b|target`), []check.Topic{check.Resource}},
	{regexp.MustCompile(`(?i)\bscopes?\b`), []check.Topic{check.Scope}},
	{regexp.MustCompile(`(?i)\bstate\b`), []check.Topic{check.StateParam}},
	{regexp.MustCompile(`(?i)\biss\b|\bissuer\b`), []check.Topic{check.Issuer}},
	{regexp.MustCompile(`(?i)refresh[_ ]token`), []check.Topic{check.RefreshToken}},
	{regexp.MustCompile(`(?i)authorization[_ ]code|\bcode\b.*(invalid|expired|used|unknown)|` +
		`(invalid|expired|used|unknown).*\bcode\b`), []check.Topic{
		check.Code,
	}},
	{regexp.MustCompile(`(?i)client[_ ]?id|(unknown|unrecogni[sz]ed|unregistered|invalid|no such) (client|application|app)\b|` +
		`(client|application|app) (is )?(unknown|not (found|registered|known|recogni[sz]ed))`), []check.Topic{check.ClientID}},
	{regexp.MustCompile(`(?i)pushed|request[_ ]uri`), []check.Topic{check.PushedRequest}},
	{regexp.MustCompile(`(?i)\bprompt\b`), []check.Topic{check.Prompt}},
	{regexp.MustCompile(`(?i)access token|\btoken\b.*(expired|revoked|unknown|invalid|signature)|bearer`), []check.Topic{check.AccessToken}},
	{regexp.MustCompile(`(?i)content[- ]?type|(repeated|duplicate|more than once)|method not allowed`), []check.Topic{check.RequestForm}},
}

// topicsOf is what a refusal is about: what its words name where its code leaves
// that open or the two agree, else what its code names; nil when neither says.
func topicsOf(code, words string) []check.Topic {
	byCode := topicsOfCode(code)
	var byWords []check.Topic
	for _, w := range wordTopics {
		if w.words.MatchString(words) {
			for _, t := range w.topics {
				if !slices.Contains(byWords, t) {
					byWords = append(byWords, t)
				}
			}
		}
	}
	if byCode == nil {
		return byWords
	}
	both := slices.DeleteFunc(slices.Clone(byCode), func(t check.Topic) bool { return !slices.Contains(byWords, t) })
	if len(both) > 0 {
		return both
	}
	return byCode
}

// wordsOf are topics as a list of words.
func wordsOf(topics []check.Topic) []string {
	var out []string
	for _, t := range topics {
		out = append(out, string(t))
	}
	return out
}

// mentionsValue takes the values that a request had out of the words of a
// refusal: a server that repeats the redirect URI says nothing about localhost.
func withoutValues(words string, values []string) string {
	for _, v := range values {
		if len(v) > 3 {
			words = strings.ReplaceAll(words, v, "…")
		}
	}
	return words
}
