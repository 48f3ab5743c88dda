// Reads a JSON list of expressions and prints a JSON list of the errors of Prometheus's parser, in the same order; "" is none.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	var expressions []string
	if err := json.NewDecoder(os.Stdin).Decode(&expressions); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	problems := make([]string, len(expressions))
	for i, expression := range expressions {
		if _, err := parser.ParseExpr(expression); err != nil {
			problems[i] = err.Error()
		}
	}
	_ = json.NewEncoder(os.Stdout).Encode(problems)
}
