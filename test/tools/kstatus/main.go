// Reads a JSON list of objects and prints a JSON list of what kstatus says of each, in the same order.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubejson "k8s.io/apimachinery/pkg/util/json"
)

type verdict struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail(err)
	}
	var objects []map[string]any
	// Kubernetes' own reader: whole numbers become integers, as kstatus expects them.
	if err := kubejson.Unmarshal(input, &objects); err != nil {
		fail(err)
	}
	verdicts := make([]verdict, len(objects))
	for i, object := range objects {
		result, err := status.Compute(&unstructured.Unstructured{Object: object})
		if err != nil {
			fail(err)
		}
		verdicts[i] = verdict{Status: result.Status.String(), Message: result.Message}
	}
	_ = json.NewEncoder(os.Stdout).Encode(verdicts)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}
