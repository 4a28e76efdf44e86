package export

import (
	"strconv"
	"strings"

	"github.com/chatkernel/chatkernel/transcript"
)

// labels are the words that an export adds in one language.
type labels struct {
	chat, id, contact, started, ended, parties, disposition, note, caseData, files, automatic string

	roles, audiences, verdicts map[string]string
	bytes                      [4]string // units of sizes, each a thousand times the one before
	point                      string    // between whole and tenth
}

// labelsFor follows the same rule as [transcript.CalendarFor].
func labelsFor(language string) *labels {
	base, _, _ := strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	switch strings.ToLower(base) {
	case "de":
		return &german
	case "fr":
		return &french
	case "es":
		return &spanish
	case "ja":
		return &japanese
	}
	return &english
}

// name is what a party is called: its name, else its role.
func (l *labels) name(w transcript.Who) string {
	if w.Name != "" {
		return w.Name
	}
	return word(l.roles, w.Role)
}

// size is a number of bytes as people read it.
func (l *labels) size(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " " + l.bytes[0]
	}
	unit, tenth := 1, int64(100) // a tenth of the unit, in bytes
	for n/tenth >= 10_000 && unit < len(l.bytes)-1 {
		unit, tenth = unit+1, tenth*1000
	}
	tenths := n / tenth
	if n%tenth >= tenth/2 {
		tenths++
	}
	if tenths == 10_000 && unit < len(l.bytes)-1 {
		unit, tenths = unit+1, 10
	}
	return strconv.FormatInt(tenths/10, 10) + l.point + strconv.FormatInt(tenths%10, 10) + " " + l.bytes[unit]
}

// word is the word for a key, or the key itself.
func word(words map[string]string, key string) string {
	if w, ok := words[key]; ok {
		return w
	}
	return key
}

var english = labels{
	chat: "Chat", id: "Number", contact: "Contact", started: "Began", ended: "Ended", parties: "Participants",
	disposition: "Disposition", note: "Note", caseData: "Case data", files: "Files", automatic: "Automatic message",
	roles:     map[string]string{"contact": "contact", "agent": "agent", "supervisor": "supervisor", "bot": "assistant", "system": "system", "none": "somebody"},
	audiences: map[string]string{"internal": "internal", "consultation": "consultation", "supervisors": "coaching"},
	verdicts:  map[string]string{"available": "available", "broken": "broken", "blocked": "blocked", "pending-scan": "being checked", "deleted": "deleted"},
	bytes:     [4]string{"B", "kB", "MB", "GB"}, point: ".",
}

var german = labels{
	chat: "Chat", id: "Nummer", contact: "Kontakt", started: "Beginn", ended: "Ende", parties: "Teilnehmer",
	disposition: "Ergebnis", note: "Notiz", caseData: "Falldaten", files: "Dateien", automatic: "Automatische Nachricht",
	roles:     map[string]string{"contact": "Kontakt", "agent": "Agent", "supervisor": "Leitung", "bot": "Assistent", "system": "System", "none": "jemand"},
	audiences: map[string]string{"internal": "intern", "consultation": "Rückfrage", "supervisors": "Coaching"},
	verdicts:  map[string]string{"available": "verfügbar", "broken": "beschädigt", "blocked": "gesperrt", "pending-scan": "wird geprüft", "deleted": "gelöscht"},
	bytes:     [4]string{"B", "kB", "MB", "GB"}, point: ",",
}

var french = labels{
	chat: "Conversation", id: "Numéro", contact: "Contact", started: "Début", ended: "Fin", parties: "Participants",
	disposition: "Résultat", note: "Note", caseData: "Données du dossier", files: "Fichiers", automatic: "Message automatique",
	roles:     map[string]string{"contact": "contact", "agent": "agent", "supervisor": "superviseur", "bot": "assistant", "system": "système", "none": "quelqu’un"},
	audiences: map[string]string{"internal": "interne", "consultation": "consultation", "supervisors": "coaching"},
	verdicts:  map[string]string{"available": "disponible", "broken": "endommagé", "blocked": "bloqué", "pending-scan": "en cours de vérification", "deleted": "supprimé"},
	bytes:     [4]string{"o", "ko", "Mo", "Go"}, point: ",",
}

var spanish = labels{
	chat: "Chat", id: "Número", contact: "Contacto", started: "Inicio", ended: "Fin", parties: "Participantes",
	disposition: "Resultado", note: "Nota", caseData: "Datos del caso", files: "Archivos", automatic: "Mensaje automático",
	roles:     map[string]string{"contact": "contacto", "agent": "agente", "supervisor": "supervisor", "bot": "asistente", "system": "sistema", "none": "alguien"},
	audiences: map[string]string{"internal": "interno", "consultation": "consulta", "supervisors": "coaching"},
	verdicts:  map[string]string{"available": "disponible", "broken": "dañado", "blocked": "bloqueado", "pending-scan": "en revisión", "deleted": "eliminado"},
	bytes:     [4]string{"B", "kB", "MB", "GB"}, point: ",",
}

var japanese = labels{
	chat: "チャット", id: "番号", contact: "お客様", started: "開始", ended: "終了", parties: "参加者",
	disposition: "対応結果", note: "メモ", caseData: "案件データ", files: "ファイル", automatic: "自動メッセージ",
	roles:     map[string]string{"contact": "お客様", "agent": "担当者", "supervisor": "スーパーバイザー", "bot": "アシスタント", "system": "システム", "none": "誰か"},
	audiences: map[string]string{"internal": "社内", "consultation": "相談", "supervisors": "コーチング"},
	verdicts:  map[string]string{"available": "利用可能", "broken": "破損", "blocked": "ブロック", "pending-scan": "確認中", "deleted": "削除済み"},
	bytes:     [4]string{"B", "kB", "MB", "GB"}, point: ".",
}
