package reading

import (
	"maps"
	"slices"
	"strings"
)

// clients tells the clients of one MCP server apart. Two programs are two
// clients when each came with another client_id, another name and another
// User-Agent: a program may have several of each of them.
func (s *sorting) clients(one *seed) []Flow {
	var all []*fact
	for _, f := range s.facts {
		if f.of[one] {
			all = append(all, f)
		}
	}
	programs := s.programs(all)
	if len(programs) < 2 {
		if len(all) == 0 {
			return nil
		}
		return []Flow{flowOf(one.resource, all)}
	}
	parts := make([][]*fact, len(programs))
	for i, f := range all {
		own := programOf(programs, f)
		// What does not tell whose it is belongs to who goes on after it.
		for j := i + 1; own < 0 && j < len(all); j++ {
			own = programOf(programs, all[j])
		}
		for j := i - 1; own < 0 && j >= 0; j-- {
			own = programOf(programs, all[j])
		}
		parts[max(own, 0)] = append(parts[max(own, 0)], f)
	}
	var out []Flow
	for _, part := range parts {
		if len(part) > 0 {
			out = append(out, flowOf(one.resource, part))
		}
	}
	return out
}

// program is what marks one client of several.
type program struct {
	names, agents, tokens, ids map[string]bool
}

// programs groups the logins of a flow by who used their tokens.
func (s *sorting) programs(all []*fact) []*program {
	byID := map[string]*program{}
	var order []*program
	token := map[string]*program{}
	get := func(id string) *program {
		if byID[id] == nil {
			byID[id] = &program{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{id: true}}
			order = append(order, byID[id])
		}
		return byID[id]
	}
	for _, f := range all {
		id := f.params.Get("client_id")
		switch {
		case f.kind == kindAuthorization && id != "":
			get(id)
		case f.kind == kindToken && id != "" && Text(f.doc, "access_token") != "":
			p := get(id)
			p.tokens[Text(f.doc, "access_token")] = true
			token[Text(f.doc, "access_token")] = p
			note(p.agents, f.x.Request.Header.Get("User-Agent"))
		case f.kind == kindMCP:
			if p := token[accessToken(f)]; p != nil {
				note(p.agents, f.x.Request.Header.Get("User-Agent"))
				name, _, _ := strings.Cut(clientName(*f.x), "@")
				note(p.names, name)
			}
		}
	}
	return distinct(order)
}

func note(set map[string]bool, s string) {
	if s != "" {
		set[s] = true
	}
}

func accessToken(f *fact) string {
	_, token, _ := strings.Cut(f.x.Request.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token)
}

// distinct joins the programs that have a name or a User-Agent in common, and
// those that do not tell.
func distinct(all []*program) []*program {
	var out []*program
	for _, p := range all {
		i := slices.IndexFunc(out, func(o *program) bool { return overlaps(o.names, p.names) || overlaps(o.agents, p.agents) })
		if i < 0 {
			out = append(out, p)
			continue
		}
		maps.Copy(out[i].names, p.names)
		maps.Copy(out[i].agents, p.agents)
		maps.Copy(out[i].tokens, p.tokens)
		maps.Copy(out[i].ids, p.ids)
	}
	return out
}

// overlaps reports whether two sets may be of the same program.
func overlaps(a, b map[string]bool) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}

// programOf is the index of the program that an exchange shows, -1 when it does
// not tell.
func programOf(programs []*program, f *fact) int {
	name, _, _ := strings.Cut(clientName(*f.x), "@")
	agent, id, token := f.x.Request.Header.Get("User-Agent"), f.params.Get("client_id"), accessToken(f)
	for _, is := range []func(*program) bool{
		func(p *program) bool { return id != "" && p.ids[id] },
		func(p *program) bool { return f.kind == kindRegistration && p.ids[Text(f.doc, "client_id")] },
		func(p *program) bool { return p.tokens[token] },
		func(p *program) bool { return p.names[name] },
		func(p *program) bool { return p.agents[agent] },
	} {
		if i := slices.IndexFunc(programs, is); i >= 0 {
			return i
		}
	}
	return -1
}

func flowOf(resource string, all []*fact) Flow {
	f := Flow{Resource: resource}
	for _, e := range all {
		f.Exchanges = append(f.Exchanges, e.x.ID)
		if f.Client == "" {
			f.Client = clientName(*e.x)
		}
		if f.clientID == "" {
			f.clientID = e.params.Get("client_id")
		}
		if f.issuer == "" && e.kind == kindServerMetadata && Text(e.doc, "token_endpoint") != "" && e.x.Response.Status == 200 {
			f.issuer = Text(e.doc, "issuer")
		}
		if e.kind != kindMCP {
			continue
		}
		f.mcp++
		if e.x.Response != nil && e.x.Response.Status == 200 && hasResult(e.x.Response.Body.Text) {
			f.results++
		}
	}
	return f
}
