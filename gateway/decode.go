package gateway

import (
	"errors"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// ErrUnknownCommand says that there is no command of a name.
var ErrUnknownCommand = errors.New("gateway: unknown command")

// DecodeCommand reads a command from its name and the JSON of its fields, as
// the package comment lists them. A name that there is not gives
// [ErrUnknownCommand], a body that is not one object of known fields
// [ErrBody], and a word that an enumeration does not have an
// [*interaction.InvalidError]. Whether the command may be given, and what its
// texts hold, is for the kernel to decide.
//
// "start" is not among them: what a caller may start is the host's to say.
func DecodeCommand(kind string, body []byte) (interaction.Command, error) {
	read := commands[kind]
	if read == nil {
		return nil, ErrUnknownCommand
	}
	return read(body)
}

// as reads a body of type B and makes a command of it. Where the two have the
// same fields, the command is a conversion of the body: a field that is added
// to a command does not compile until somebody has thought of its wire form.
func as[B any](command func(B) (interaction.Command, error)) func([]byte) (interaction.Command, error) {
	return func(body []byte) (interaction.Command, error) {
		var b B
		if err := decode(body, &b); err != nil {
			return nil, err
		}
		return command(b)
	}
}

type (
	none     struct{}
	nameBody struct {
		Name string `json:"name"`
	}
	inviteBody struct {
		ID        string              `json:"id"`
		To        interaction.Target  `json:"to"`
		Agent     interaction.PartyID `json:"agent"`
		AgentName string              `json:"agentName"`
		Note      string              `json:"note"`
	}
	offerBody struct {
		Invitation string              `json:"invitation"`
		Agent      interaction.PartyID `json:"agent"`
		AgentName  string              `json:"agentName"`
	}
	// handBody is a transfer's or a conference's.
	handBody struct {
		ID           string              `json:"id"`
		To           interaction.Target  `json:"to"`
		Agent        interaction.PartyID `json:"agent"`
		AgentName    string              `json:"agentName"`
		Consultation string              `json:"consultation"`
		Note         string              `json:"note"`
	}
	consultBody struct {
		inviteBody
		Medium string `json:"medium"`
	}
	acceptBody struct {
		Invitation string `json:"invitation"`
		Name       string `json:"name"`
	}
	declineBody struct {
		Invitation string `json:"invitation"`
		Reason     string `json:"reason"`
	}
	withdrawBody struct {
		Invitation string              `json:"invitation"`
		Agent      interaction.PartyID `json:"agent"`
		Reason     string              `json:"reason"`
	}
	invitationBody struct {
		Invitation string `json:"invitation"`
	}
	superviseBody struct {
		Mode string `json:"mode"`
		Name string `json:"name"`
	}
	sayBody struct {
		Text         string `json:"text"`
		To           string `json:"to"`
		Consultation string `json:"consultation"`
		Confirm      string `json:"confirm"`
	}
	readBody struct {
		Through uint64 `json:"through"`
	}
	urlBody struct {
		URL string `json:"url"`
	}
	fileBody struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Type    string `json:"type"`
		Size    int64  `json:"size"`
		Hash    []byte `json:"hash"`
		Verdict string `json:"verdict"`
		Code    string `json:"code"`
		Reason  string `json:"reason"`
	}
	sendFileBody struct {
		File         fileBody `json:"file"`
		To           string   `json:"to"`
		Consultation string   `json:"consultation"`
	}
	judgeBody struct {
		File    string `json:"file"`
		Verdict string `json:"verdict"`
		Code    string `json:"code"`
		Reason  string `json:"reason"`
	}
	blendBody struct {
		Medium  string `json:"medium"`
		Address string `json:"address"`
		Ref     string `json:"ref"`
	}
	callbackBody struct {
		At     time.Time `json:"at"`
		Number string    `json:"number"`
		Note   string    `json:"note"`
	}
	announceBody struct {
		Message string `json:"message"`
		Text    string `json:"text"`
	}
	consultationBody struct {
		Consultation string `json:"consultation"`
	}
	partyBody struct {
		Party interaction.PartyID `json:"party"`
	}
	codeBody struct {
		Code string `json:"code"`
	}
	textBody struct {
		Text string `json:"text"`
	}
	valueBody struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	caseDataBody struct {
		Key    string    `json:"key"`
		Value  valueBody `json:"value"`
		Delete bool      `json:"delete"`
	}
	personBody struct {
		ID   interaction.PartyID `json:"id"`
		Name string              `json:"name"`
	}
	contactBody struct {
		Contact personBody `json:"contact"`
	}
)

// A result of the functions below.
type command = interaction.Command

// commands reads each command but start.
var commands = map[string]func([]byte) (interaction.Command, error){
	"join":     as(func(b nameBody) (command, error) { return interaction.Join(b), nil }),
	"invite":   as(func(b inviteBody) (command, error) { return interaction.Invite(b), nil }),
	"offer":    as(func(b offerBody) (command, error) { return interaction.Offer(b), nil }),
	"transfer": as(func(b handBody) (command, error) { return interaction.Transfer(b), nil }),
	"conference": as(func(b handBody) (command, error) {
		return interaction.Conference(b), nil
	}),
	"consult": as(func(b consultBody) (command, error) {
		medium, err := enum("medium", b.Medium, interaction.ByVoice)
		return interaction.Consult{ID: b.ID, To: b.To, Agent: b.Agent, AgentName: b.AgentName, Medium: medium, Note: b.Note}, err
	}),
	"accept":   as(func(b acceptBody) (command, error) { return interaction.Accept(b), nil }),
	"decline":  as(func(b declineBody) (command, error) { return interaction.Decline(b), nil }),
	"cancel":   as(func(b invitationBody) (command, error) { return interaction.Cancel(b), nil }),
	"withdraw": as(func(b withdrawBody) (command, error) { return interaction.Withdraw(b), nil }),
	"rejoin":   as(func(b nameBody) (command, error) { return interaction.Rejoin(b), nil }),
	"supervise": as(func(b superviseBody) (command, error) {
		for mode, name := range [...]string{"monitor", "coach", "barge-in", "stop"} {
			if name == b.Mode {
				return interaction.Supervise{Mode: interaction.Supervision(mode), Name: b.Name}, nil
			}
		}
		return nil, badWord("mode")
	}),
	"say": as(func(b sayBody) (command, error) {
		to, err := audience(b.To)
		return interaction.Say{Text: b.Text, To: to, Consultation: b.Consultation, Confirm: b.Confirm}, err
	}),
	"mark-read": as(func(b readBody) (command, error) { return interaction.MarkRead(b), nil }),
	"push-url":  as(func(b urlBody) (command, error) { return interaction.PushURL(b), nil }),
	"send-file": as(func(b sendFileBody) (command, error) {
		to, err := audience(b.To)
		if err != nil {
			return nil, err
		}
		f := &b.File
		verdict, err := enum("verdict", f.Verdict, interaction.Deleted)
		return interaction.SendFile{
			File: interaction.File{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, Hash: f.Hash, Verdict: verdict, Code: f.Code, Reason: f.Reason},
			To:   to, Consultation: b.Consultation,
		}, err
	}),
	"judge-file": as(func(b judgeBody) (command, error) {
		if b.Verdict == "" {
			return nil, badWord("verdict")
		}
		verdict, err := enum("verdict", b.Verdict, interaction.Deleted)
		return interaction.JudgeFile{File: b.File, Verdict: verdict, Code: b.Code, Reason: b.Reason}, err
	}),
	"blend":             as(func(b blendBody) (command, error) { return interaction.Blend(b), nil }),
	"schedule-callback": as(func(b callbackBody) (command, error) { return interaction.ScheduleCallback(b), nil }),
	"announce": as(func(b announceBody) (command, error) {
		if b.Message == "" {
			return nil, badWord("message")
		}
		message, err := enum("message", b.Message, interaction.Information)
		return interaction.Announce{Message: message, Text: b.Text}, err
	}),
	"end-consultation":       as(func(b consultationBody) (command, error) { return interaction.EndConsultation(b), nil }),
	"mark-consultation-done": as(func(b consultationBody) (command, error) { return interaction.MarkConsultationDone(b), nil }),
	"disconnect":             as(func(b partyBody) (command, error) { return interaction.Disconnect(b), nil }),
	"reconnect":              as(func(b partyBody) (command, error) { return interaction.Reconnect(b), nil }),
	"leave":                  as(func(b none) (command, error) { return interaction.Leave(b), nil }),
	"end":                    as(func(b none) (command, error) { return interaction.End(b), nil }),
	"remove":                 as(func(b partyBody) (command, error) { return interaction.Remove(b), nil }),
	"set-disposition":        as(func(b codeBody) (command, error) { return interaction.SetDisposition(b), nil }),
	"set-note":               as(func(b textBody) (command, error) { return interaction.SetNote(b), nil }),
	"set-case-data": as(func(b caseDataBody) (command, error) {
		v, err := b.Value.value()
		return interaction.SetCaseData{Key: b.Key, Value: v, Delete: b.Delete}, err
	}),
	"mark-done": as(func(b none) (command, error) { return interaction.MarkDone(b), nil }),
	"assign-contact": as(func(b contactBody) (command, error) {
		return interaction.AssignContact{Contact: interaction.Person(b.Contact)}, nil
	}),
	"erase":  as(func(b none) (command, error) { return interaction.Erase(b), nil }),
	"elapse": as(func(b none) (command, error) { return interaction.Elapse(b), nil }),
}

func (b valueBody) value() (interaction.Value, error) {
	if b.Type == "" {
		return interaction.Value{Text: b.Text}, nil
	}
	for t, name := range [...]string{"string", "number", "bool", "time"} {
		if name == b.Type {
			return interaction.Value{Type: interaction.ValueType(t), Text: b.Text}, nil
		}
	}
	return interaction.Value{}, badWord("type")
}

// audience reads whom a message is for; a consultation is named by its id.
func audience(word string) (interaction.Scope, error) {
	to, err := enum("to", word, interaction.Supervisors)
	if to == interaction.OneConsultation {
		return 0, badWord("to")
	}
	return to, err
}

// enum reads a word of an enumeration, the empty one as its zero value.
func enum[E interface {
	~uint8
	String() string
}](field, word string, last E) (E, error) {
	if word == "" {
		return 0, nil
	}
	for e := E(0); e <= last; e++ {
		if strings.ReplaceAll(e.String(), " ", "-") == word {
			return e, nil
		}
	}
	return 0, badWord(field)
}

func badWord(field string) error {
	return &interaction.InvalidError{Field: field, Err: interaction.ErrValue}
}
