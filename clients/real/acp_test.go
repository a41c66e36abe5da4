//go:build unix

package real

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/real/internal/modelstub"
)

// editorial is an agent that asks for leave to call a tool, and tells of it.
const editorial = `
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
  case "$line" in
  *'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{}}' ;;
  *'session/new'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"sessionId":"one"}}' ;;
  *'session/prompt'*)
    echo '{"jsonrpc":"2.0","id":"leave","method":"session/request_permission","params":{"options":[{"optionId":"no","kind":"reject_once"},{"optionId":"yes","kind":"allow_once"}]}}'
    read -r leave
    case "$leave" in
    *'"optionId":"yes"'*) state=completed ;;
    *) state=failed ;;
    esac
    echo '{"jsonrpc":"2.0","method":"session/update","params":{"update":{"toolCallId":"call_1","status":"in_progress"}}}'
    echo '{"jsonrpc":"2.0","method":"session/update","params":{"update":{"toolCallId":"call_1","status":"'$state'","rawOutput":"hello"}}}'
    echo '{"jsonrpc":"2.0","method":"session/update","params":{"update":{"toolCallId":"call_2","status":"failed"}}}'
    echo '{"jsonrpc":"2.0","id":'$id',"result":{}}' ;;
  esac
done`

func TestAgentIsDrivenAsAnEditorDoes(t *testing.T) {
	t.Parallel()
	s := pretended(t, editorial)
	a := &agent{box: s.sandbox}
	if _, err := a.converse(t.Context()); err == nil {
		t.Error("a conversation with a program that does not run")
	}
	if err := a.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	chat, err := a.converse(t.Context())
	if err != nil || chat != "one" {
		t.Fatalf("conversation %q: %v", chat, err)
	}
	updates, err := a.prompt(t.Context(), chat, "Call it.")
	if err != nil {
		t.Fatal(err)
	}
	if end := ended(updates, "call_1"); end.Status != "completed" || string(end.Output) != `"hello"` {
		t.Errorf("the call ended with %+v", end)
	}
	if end := ended(updates, "call_3"); end.Status != "" {
		t.Errorf("what was never called ended with %+v", end)
	}
}

func TestAgentIsToldOnlyWhatItAsks(t *testing.T) {
	t.Parallel()
	if _, ok := permitted("fs/read_text_file", nil); ok {
		t.Error("a method that nobody has announced")
	}
	answer, ok := permitted("session/request_permission", []byte(`{"options":[{"optionId":"no","kind":"reject_once"}]}`))
	outcome, _ := answer.(map[string]any)["outcome"].(map[string]string)
	if !ok || outcome["outcome"] != "cancelled" {
		t.Errorf("where nothing can be allowed: %v", answer)
	}
}

func TestEachSessionOfClineHasItsModel(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	var sessions [2]*clineAgent
	for i := range sessions {
		stub, err := modelstub.Start()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { stub.Close() })
		sessions[i] = &clineAgent{model: model{stub}, settings: home}
	}
	for _, i := range []int{0, 1, 0} {
		if err := sessions[i].choose(); err != nil {
			t.Fatal(err)
		}
		chosen, err := os.ReadFile(filepath.Join(home, "providers.json"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(chosen), sessions[i].model.URL()) {
			t.Errorf("session %d asks another model: %s", i, chosen)
		}
	}
}

func TestProgramThatEndsWithItsInput(t *testing.T) {
	t.Parallel()
	for _, ends := range []bool{true, false} {
		s := pretended(t, `trap '' TERM
echo "it reads" >&2
while read -r line; do :; done
echo "its input has ended" >&2`)
		s.endsWithInput = ends
		p := &peer{}
		if err := s.talk(nil, p); err != nil {
			t.Fatal(err)
		}
		if _, err := p.process.Await(t.Context(), func(line string) bool { return line == "it reads" }); err != nil {
			t.Fatal(err)
		}
		s.quit()
		if said := s.said(); (len(said) == 2) != ends {
			t.Errorf("ends with its input %t: it said %q", ends, said)
		}
	}
}
