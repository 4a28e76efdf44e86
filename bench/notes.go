package main

// notes explain the table, goal by goal where one is missed.
const notes = `
`
