package main

// about says what was measured.
const about = `x`

const notes = `x`
