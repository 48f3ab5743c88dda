package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vim25/xml"
)

// canonical reads SOAP requests, one JSON string a line, and writes each as govmomi itself would have encoded it: fields in the
// order of the schema, unknown ones gone. vcsim itself does not mind the order; vCenter's schema is a sequence.
func canonical(in io.Reader, out io.Writer) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var envelope string
		if err := json.Unmarshal(lines.Bytes(), &envelope); err != nil {
			log.Fatal(err)
		}
		method, err := simulator.UnmarshalBody(types.TypeFunc(), []byte(envelope))
		if err != nil {
			log.Fatal(err)
		}
		var body bytes.Buffer
		start := xml.StartElement{Name: xml.Name{Local: method.Name}}
		if err := xml.NewEncoder(&body).EncodeElement(method.Body, start); err != nil {
			log.Fatal(err)
		}
		_ = json.NewEncoder(out).Encode(body.String())
	}
}
