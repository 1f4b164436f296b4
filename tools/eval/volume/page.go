package main

import "github.com/plumbline-audit/plumbline/tools/eval/figures"

func page(map[string]outcome) figures.Page { return figures.Page{} }
