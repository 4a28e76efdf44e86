package transcript

func englishDays() Calendar {
	return Calendar{
		Language: "en", Today: "Today", Yesterday: "Yesterday",
		Weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		Months: [12]string{
			"January", "February", "March", "April", "May", "June",
			"July", "August", "September", "October", "November", "December",
		},
		Date: "{month} {day}", FullDate: "{month} {day}, {year}", Clock: "3:04 PM",
		Begins: "The current chat begins here",
		Older:  "Scroll up for older chats",
		Oldest: "The oldest chat was {age}.", Recently: "less than a minute ago",
		Ages: map[Unit]Plural{
			Minutes: {"{n} minute ago", "{n} minutes ago"}, Hours: {"{n} hour ago", "{n} hours ago"},
			Days: {"{n} day ago", "{n} days ago"}, Weeks: {"{n} week ago", "{n} weeks ago"},
			Months: {"{n} month ago", "{n} months ago"}, Years: {"{n} year ago", "{n} years ago"},
		},
	}
}

func germanDays() Calendar {
	return Calendar{
		Language: "de", Today: "Heute", Yesterday: "Gestern",
		Weekdays: [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		Months: [12]string{
			"Januar", "Februar", "März", "April", "Mai", "Juni",
			"Juli", "August", "September", "Oktober", "November", "Dezember",
		},
		Date: "{day}. {month}", FullDate: "{day}. {month} {year}", Clock: "15:04",
		Begins: "Hier beginnt der aktuelle Chat",
		Older:  "Nach oben scrollen für ältere Chats",
		Oldest: "Der älteste Chat war {age}.", Recently: "vor weniger als einer Minute",
		Ages: map[Unit]Plural{
			Minutes: {"vor {n} Minute", "vor {n} Minuten"}, Hours: {"vor {n} Stunde", "vor {n} Stunden"},
			Days: {"vor {n} Tag", "vor {n} Tagen"}, Weeks: {"vor {n} Woche", "vor {n} Wochen"},
			Months: {"vor {n} Monat", "vor {n} Monaten"}, Years: {"vor {n} Jahr", "vor {n} Jahren"},
		},
	}
}

func frenchDays() Calendar {
	return Calendar{
		Language: "fr", Today: "Aujourd’hui", Yesterday: "Hier",
		Weekdays: [7]string{"Dimanche", "Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi"},
		Months: [12]string{
			"janvier", "février", "mars", "avril", "mai", "juin",
			"juillet", "août", "septembre", "octobre", "novembre", "décembre",
		},
		Date: "{day} {month}", FullDate: "{day} {month} {year}", FirstDay: "1er", Clock: "15:04",
		Begins: "La conversation en cours commence ici",
		Older:  "Faites défiler vers le haut pour voir les conversations plus anciennes",
		Oldest: "La conversation la plus ancienne a eu lieu {age}.", Recently: "il y a moins d’une minute",
		Ages: map[Unit]Plural{
			Minutes: {"il y a {n} minute", "il y a {n} minutes"}, Hours: {"il y a {n} heure", "il y a {n} heures"},
			Days: {"il y a {n} jour", "il y a {n} jours"}, Weeks: {"il y a {n} semaine", "il y a {n} semaines"},
			Months: {"il y a {n} mois", "il y a {n} mois"}, Years: {"il y a {n} an", "il y a {n} ans"},
		},
	}
}

func spanishDays() Calendar {
	return Calendar{
		Language: "es", Today: "Hoy", Yesterday: "Ayer",
		Weekdays: [7]string{"Domingo", "Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado"},
		Months: [12]string{
			"enero", "febrero", "marzo", "abril", "mayo", "junio",
			"julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
		},
		Date: "{day} de {month}", FullDate: "{day} de {month} de {year}", Clock: "15:04",
		Begins: "El chat actual empieza aquí",
		Older:  "Desplácese hacia arriba para ver chats anteriores",
		Oldest: "El chat más antiguo fue {age}.", Recently: "hace menos de un minuto",
		Ages: map[Unit]Plural{
			Minutes: {"hace {n} minuto", "hace {n} minutos"}, Hours: {"hace {n} hora", "hace {n} horas"},
			Days: {"hace {n} día", "hace {n} días"}, Weeks: {"hace {n} semana", "hace {n} semanas"},
			Months: {"hace {n} mes", "hace {n} meses"}, Years: {"hace {n} año", "hace {n} años"},
		},
	}
}

func japaneseDays() Calendar {
	return Calendar{
		Language: "ja", Today: "今日", Yesterday: "昨日",
		Weekdays: [7]string{"日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"},
		Months: [12]string{
			"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月",
		},
		Date: "{month}{day}日", FullDate: "{year}年{month}{day}日", Clock: "15:04",
		Begins: "ここから現在のチャット",
		Older:  "上にスクロールすると以前のチャットが表示されます",
		Oldest: "最も古いチャットは{age}のものです。", Recently: "1分以内",
		Ages: map[Unit]Plural{
			Minutes: {"", "{n}分前"}, Hours: {"", "{n}時間前"}, Days: {"", "{n}日前"},
			Weeks: {"", "{n}週間前"}, Months: {"", "{n}か月前"}, Years: {"", "{n}年前"},
		},
	}
}
