package reading

import (
	"net/http"
	"slices"
)

// ending is the broken door of an imported recording. Such a file may end
// anywhere: a client that was last seen to succeed did not stop there, as nobody
// knows of more. "" is for nothing broken; false where the way of the last
// attempt decides.
func (v *View) ending(s Span, m milestones) (door Door, at int, known bool) {
	switch {
	case m.call > 0:
		return "", 0, true
	case m.rejected > 0:
		return DoorCall, m.rejected, true
	case m.token > 0 && m.asked > m.token:
		return "", 0, false
	case m.token > 0:
		return v.endAtCall(s, m)
	case m.asked > 0:
		return v.endAtLogin(s, m)
	case m.registered > 0:
		return "", 0, v.isLast(s, m.registered)
	case m.registrationTried > 0:
		return "", 0, v.pending(s, m.registrationTried)
	case m.metadata > 0:
		return v.endAtMetadata(s, m)
	case m.metadataTried > 0:
		return "", 0, v.pending(s, m.metadataTried)
	case m.resource > 0:
		return v.endAtResource(s)
	case m.resourceTried > 0:
		return "", 0, v.pending(s, m.resourceTried)
	}
	return v.endAtChallenge(s)
}

// endAtCall is for a client that was issued a token: it breaks at the call when
// a request was refused after that, with the token or without it.
func (v *View) endAtCall(s Span, m milestones) (Door, int, bool) {
	after := Span{m.token + 1, s.Last}
	bare := LastOf(v.MCP, after, func(r MCPRequest) bool { return r.Token == "" && r.Status == http.StatusUnauthorized })
	if bare > 0 && m.used < m.token {
		return DoorCall, bare, true
	}
	refused := LastOf(v.MCP, after, func(r MCPRequest) bool {
		return r.Status >= http.StatusBadRequest && r.Request.Method == http.MethodPost
	})
	if refused > 0 && LastOf(v.MCP, Span{refused, s.Last}, func(r MCPRequest) bool { return r.Status/100 == 2 }) == 0 {
		return DoorCall, refused, true
	}
	return "", 0, true
}

// endAtLogin is for a client that asked for authorization and was issued no
// token.
func (v *View) endAtLogin(s Span, m milestones) (Door, int, bool) {
	i := slices.IndexFunc(v.Authorizations, func(a Authorization) bool { return a.ID == m.asked })
	a := v.Authorizations[i]
	switch {
	case m.redeemed > m.asked:
		return "", 0, v.pending(s, m.redeemed)
	case a.Callback == nil && a.RefusedBy == 0:
		return "", 0, true
	case a.Callback == nil || !a.Callback.Granted():
		return "", 0, false
	case v.CallbackFault(a) != "":
		return DoorCallback, a.Callback.ID, true
	}
	return "", 0, v.isLast(s, max(a.Callback.ID, a.Callback.Delivered))
}

// endAtMetadata is for a client that found authorization server metadata and
// neither registered nor asked for authorization.
func (v *View) endAtMetadata(s Span, m milestones) (Door, int, bool) {
	i := slices.IndexFunc(v.ServerMetadata, func(d Document) bool { return d.ID == m.metadata })
	d := kept(v.ServerMetadata, v.ServerMetadata[i])
	cimd, _ := d.JSON["client_id_metadata_document_supported"].(bool)
	switch {
	case d.Usable() && v.Repels(d) != "":
		return DoorServerMetadata, m.metadata, true
	case m.metadataTried > m.metadata, d.Usable() && Text(d.JSON, "registration_endpoint") == "" && !cimd:
		return DoorRegistration, m.metadata, true
	}
	return "", 0, v.isLast(s, m.metadata)
}

// kept is the document that the client has kept where an answer says that it has
// not changed; the document itself in any other answer.
func kept(list []Document, d Document) Document {
	if d.Status != http.StatusNotModified {
		return d
	}
	for _, before := range slices.Backward(list) {
		if before.ID < d.ID && before.Request.URL == d.Request.URL && before.Usable() {
			return before
		}
	}
	return d
}

// endAtResource is for a client that found protected resource metadata, and
// asked no authorization server.
func (v *View) endAtResource(s Span) (Door, int, bool) {
	last := LastOf(v.ResourceMetadata, s, Every[Document])
	found := LastOf(v.ResourceMetadata, s, Document.Found)
	for _, d := range v.ResourceMetadata {
		if d.ID != found {
			continue
		}
		if doc := kept(v.ResourceMetadata, d); doc.Usable() && (len(Texts(doc.JSON, "authorization_servers")) == 0 || !v.fits(doc)) {
			return DoorResourceMetadata, found, true
		}
	}
	return "", 0, last == found && v.isLast(s, found)
}

// fits reports whether resource metadata is about the MCP server, as far as that
// is known.
func (v *View) fits(d Document) bool {
	return v.Rec.Setting.MCPURL == "" || v.Identifies(Text(d.JSON, "resource"))
}

// endAtChallenge is for a client that asked for no metadata. One 401 answer at
// the end shows no omission of the client.
func (v *View) endAtChallenge(s Span) (Door, int, bool) {
	var refused []MCPRequest
	for _, m := range Within(v.MCP, s) {
		if m.Status == http.StatusUnauthorized {
			refused = append(refused, m)
		}
	}
	asked := Within(v.MCP, s)
	switch {
	case len(asked) == 0: // what is not on the file did not fail to happen
		return "", 0, true
	case len(refused) == 0:
		last := asked[len(asked)-1]
		return "", 0, last.Status/100 == 2 || last.Response == nil && last.Error != ""
	}
	last := refused[len(refused)-1]
	if len(last.Challenges) == 0 && v.Recorded.ResponseHeader("WWW-Authenticate") && last.Token == "" {
		return DoorChallenge, last.ID, true
	}
	return "", 0, len(refused) == 1 && v.isLast(s, last.ID)
}

// isLast reports whether the client sent nothing after an exchange.
func (v *View) isLast(s Span, id int) bool {
	for _, x := range v.Exchanges {
		if x.ID > id && s.Has(x.ID) && x.From == "client" {
			return false
		}
	}
	return true
}

// pending reports whether the file ends with an exchange whose answer is not on
// it.
func (v *View) pending(s Span, id int) bool {
	return v.Exchange(id).Response == nil && v.Exchange(id).Error == noResponse && v.isLast(s, id)
}

// noResponse is what an imported exchange has for an error when the file has no
// answer to it.
const noResponse = "the HAR file has no response"

// Repels says why a client has to turn away from authorization server metadata,
// "" for no reason: another issuer than the one that was named (RFC 8414 section
// 3.3), a required member that is missing (section 2), an authorization endpoint
// that nobody may open, no S256 (MCP, authorization code protection).
func (v *View) Repels(d Document) string {
	issuer := v.IssuerOf(d)
	if own := Text(d.JSON, "issuer"); issuer != "" && own != issuer {
		return "its issuer is " + Quote(own) + " and not " + Quote(issuer)
	}
	for _, member := range []string{"issuer", "authorization_endpoint", "token_endpoint", "response_types_supported"} {
		if _, has := d.JSON[member]; !has {
			return "it has no " + member
		}
	}
	switch {
	case !SafeToOpen(Text(d.JSON, "authorization_endpoint")):
		return "its authorization_endpoint is " + Quote(Text(d.JSON, "authorization_endpoint"))
	case !slices.Contains(Texts(d.JSON, "code_challenge_methods_supported"), "S256"):
		return "it does not list the code challenge method S256"
	}
	return ""
}

// CallbackFault says what is wrong with an authorization response that grants a
// code, so that a client has to drop it: another state (RFC 6749 section 10.12),
// an iss that is another or that was promised and is missing (RFC 9207 section
// 2.4). "" for nothing.
func (v *View) CallbackFault(a Authorization) string {
	if a.Callback == nil || !a.Callback.Granted() {
		return ""
	}
	if want := a.Params.Get("state"); want != "" && a.Callback.Params.Get("state") != want {
		return "its state is not that of the request"
	}
	meta, ok := v.MetadataOf(a)
	if !ok {
		return ""
	}
	want, got := Text(meta.JSON, "issuer"), a.Callback.Params.Get("iss")
	switch {
	case got == "" && AdvertisesIss(meta):
		return "the advertised iss is missing"
	case got != "" && got != want:
		return "iss is " + Quote(got) + " and the issuer " + Quote(want)
	}
	return ""
}
