package plan

// Code names a kind of mistake, so that a script or a search finds it whatever the message says. The list is closed and
// documented in docs/errors.md.
type Code string

// The mistakes of plans.
const (
	CodeSyntax            Code = "bad-syntax"
	CodeEncoding          Code = "bad-encoding"
	CodeTooLarge          Code = "too-large"
	CodeEmptyFile         Code = "empty-file"
	CodeNoPlan            Code = "no-plan"
	CodeAPIError          Code = "api-error"
	CodeNoRules           Code = "no-rules"
	CodeMissingPage       Code = "missing-page"
	CodeRepeatedPage      Code = "repeated-page"
	CodeSourceSchema      Code = "source-schema-csv"
	CodeUnsupported       Code = "unsupported-format"
	CodeUnknownKey        Code = "unknown-key"
	CodeRepeatedKey       Code = "repeated-key"
	CodeUnknownColumn     Code = "unknown-column"
	CodeRepeatedColumn    Code = "repeated-column"
	CodeMissingColumn     Code = "missing-column"
	CodeExtraCell         Code = "extra-cell"
	CodeWrongKind         Code = "wrong-kind"
	CodeNoName            Code = "no-name"
	CodeRepeatedEvent     Code = "repeated-event"
	CodeRepeatedProperty  Code = "repeated-property"
	CodeTooManyProperties Code = "too-many-properties"
	CodeUnknownCall       Code = "unknown-call"
	CodeUnknownType       Code = "unknown-type"
	CodeUnknownStatus     Code = "unknown-status"
	CodeEnumType          Code = "enum-type"
	CodeBadBound          Code = "bad-bound"
	CodeBadPattern        Code = "bad-pattern"
	CodeBadVersion        Code = "bad-version"
	CodeBadDate           Code = "bad-date"
	CodeBadLabel          Code = "bad-label"
)

// Codes returns every code that a mistake of a plan can have.
func Codes() []Code {
	return []Code{
		CodeSyntax, CodeEncoding, CodeTooLarge, CodeEmptyFile, CodeNoPlan, CodeAPIError, CodeNoRules, CodeMissingPage, CodeRepeatedPage,
		CodeSourceSchema, CodeUnsupported, CodeUnknownKey, CodeRepeatedKey, CodeUnknownColumn, CodeRepeatedColumn, CodeMissingColumn, CodeExtraCell,
		CodeWrongKind, CodeNoName, CodeRepeatedEvent, CodeRepeatedProperty, CodeTooManyProperties, CodeUnknownCall, CodeUnknownType,
		CodeUnknownStatus, CodeEnumType, CodeBadBound, CodeBadPattern, CodeBadVersion, CodeBadDate, CodeBadLabel,
	}
}

// limitError says that a file asks for more than plumbline holds.
type limitError string

// Error implements error.
func (e limitError) Error() string { return string(e) }
