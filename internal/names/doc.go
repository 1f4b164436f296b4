// Package names compares event names: it folds them, splits them into words, finds the ones that say the same,
// and writes any name, however hostile, so that it can be read safely on one line.
package names
