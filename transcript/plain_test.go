package transcript_test

import (
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/stretchr/testify/require"
)

func TestDESK_6_plain_text_in_the_readers_zone(t *testing.T) {
	policy := plainPolicy()
	policy.Inactivity.Warn, policy.Inactivity.End = 0, 0
	c := activeChat(t, policy)
	c.do(pat, interaction.Say{Text: "one\ntwo"})
	c.now = c.now.Add(11*time.Hour + 30*time.Minute)
	c.do(maria, interaction.MarkRead{Through: 2})
	c.do(maria, interaction.Say{Text: "not for Pat", To: interaction.Internal})
	c.do(maria, interaction.Say{Text: "hello"})
	zone := time.FixedZone("one hour east", 3600)
	words := transcript.Words(nil)
	require.Equal(t, `2026-03-01
13:00:00 * Pat joined the chat.
13:00:00 * Maria joined the chat.
13:00:00 Pat: one
    two

2026-03-02
00:30:00 Maria: hello
`, words.Plain(c.entries(c.view(pat)), zone))
	inside := c.entries(c.view(maria))
	require.Contains(t, words.Plain(inside[len(inside)-2:], nil), "2026-03-01\n23:30:00 Maria (internal): not for Pat\n")
	require.Contains(t, transcript.German().Plain(inside[len(inside)-2:], nil), "Maria (intern): not for Pat\n")
	require.NotContains(t, words.Plain(inside, nil), "* \n", "silent entries are left out")
	require.Empty(t, words.Plain(nil, nil))
}

// Neither a message nor a name can look like another entry.
func TestDESK_6_plain_text_cannot_be_forged(t *testing.T) {
	eve := transcript.Who{Name: "Eve\n12:00:00 Boss", Role: "agent"}
	require.Equal(t, `2026-03-01
12:00:00 * Eve 12:00:00 Boss joined the chat.
12:00:00 Eve 12:00:00 Boss: x
    12:00:00 Boss: yes
12:00:00 An agent: y
`, transcript.Words(nil).Plain([]transcript.Entry{
		{At: noon, Kind: transcript.Join, From: eve, Text: "Eve\u2028" + "12:00:00 Boss joined the chat."},
		{At: noon, Kind: transcript.Message, From: eve, Audience: "everyone", Text: "x\n12:00:00 Boss: yes"},
		{At: noon, Kind: transcript.Message, From: transcript.Who{Role: "agent"}, Audience: "everyone", Text: "y"},
	}, nil))
}
