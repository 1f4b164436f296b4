package config

import (
	"errors"
	"io/fs"
)

// Code names one kind of mistake, for scripts and for docs/errors.md. The list is closed: it only grows.
type Code string

// The kinds of mistakes.
const (
	tooLarge        Code = "too-large"
	badEncoding     Code = "bad-encoding"
	badSyntax       Code = "bad-syntax"
	twoDocuments    Code = "two-documents"
	badKey          Code = "bad-key"
	aliasLimit      Code = "alias-limit"
	unknownSetting  Code = "unknown-setting"
	unknownCheck    Code = "unknown-check"
	unknownSource   Code = "unknown-source"
	unknownWord     Code = "unknown-word"
	setTwice        Code = "set-twice"
	sameName        Code = "same-name"
	wrongType       Code = "wrong-type"
	badValue        Code = "bad-value"
	outOfRange      Code = "out-of-range"
	emptyValue      Code = "empty-value"
	missingSetting  Code = "missing-setting"
	misplaced       Code = "misplaced-setting"
	noEffect        Code = "no-effect"
	contradiction   Code = "contradiction"
	notBuilt        Code = "not-built"
	unsetVariable   Code = "unset-variable"
	badVariable     Code = "bad-variable"
	unreadableFile  Code = "unreadable-file"
	passwordInURL   Code = "password-in-url"
	secondPlan      Code = "second-plan"
	badCheckSetting Code = "bad-check-setting"
	unusable        Code = "unusable-setting"
)

// Codes lists every code, in the order of docs/errors.md.
func Codes() []Code {
	return []Code{
		tooLarge, badEncoding, badSyntax, twoDocuments, badKey, aliasLimit, unknownSetting, unknownCheck, unknownSource,
		unknownWord, setTwice, sameName, wrongType, badValue, outOfRange, emptyValue, missingSetting, misplaced, noEffect,
		contradiction, notBuilt, unsetVariable, badVariable, unreadableFile, passwordInURL, secondPlan, badCheckSetting,
		unusable,
	}
}

// coded is an error that knows which kind of mistake it is.
type coded struct {
	code Code
	msg  string
}

func (c *coded) Error() string { return c.msg }

// codeOf is the kind of mistake an error is, or else another one.
func codeOf(err error, or Code) Code {
	if c, ok := errors.AsType[*coded](err); ok {
		return c.code
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return unreadableFile
	}
	return or
}
