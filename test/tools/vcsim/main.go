// vcsim serves govmomi's vCenter and ESXi simulator over TLS until its standard input closes.
// It prints one line of JSON: where it listens and the PEM of its certificate.
package main

import (
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"flag"
	"io"
	"log"
	"net/url"
	"os"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

func main() {
	esx := flag.Bool("esx", false, "a standalone ESXi host instead of a vCenter")
	listen := flag.String("listen", "127.0.0.1:0", "address and port; port 0 picks a free one")
	user := flag.String("user", "operator", "the only user who may log in")
	password := flag.String("password", "secret", "that user's password")
	sriov := flag.String("sriov", "", "PCI address of a ConnectX physical function to give to every host")
	machines := flag.Int("vms", 2, "number of VMs in each resource pool")
	check := flag.Bool("canonical", false, "no server: re-encode the SOAP requests on standard input, see canonical.go")
	flag.Parse()
	if *check {
		canonical(os.Stdin, os.Stdout)
		return
	}

	model := simulator.VPX()
	if *esx {
		model = simulator.ESX()
	}
	model.Machine = *machines
	defer model.Remove()
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	markUplinks(model)
	if *sriov != "" {
		addPhysicalFunction(model, *sriov)
	}
	model.Service.TLS = new(tls.Config)
	model.Service.Listen = &url.URL{Host: *listen, User: url.UserPassword(*user, *password)}
	server := model.Service.NewServer()
	defer server.Close()

	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	_ = json.NewEncoder(os.Stdout).Encode(map[string]string{"host": server.URL.Host, "certificate": string(certificate)})
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// markUplinks sets what vcsim leaves empty: which port group of a distributed switch is that of its uplinks.
func markUplinks(model *simulator.Model) {
	for _, object := range model.Map().All("DistributedVirtualPortgroup") {
		portgroup := object.(*simulator.DistributedVirtualPortgroup)
		if strings.Contains(portgroup.Name, "DVUplinks") {
			owner := model.Map().Get(*portgroup.Config.DistributedVirtualSwitch).(*simulator.DistributedVirtualSwitch)
			config := owner.Config.GetDVSConfigInfo()
			config.UplinkPortgroup = append(config.UplinkPortgroup, portgroup.Self)
		}
	}
}

// addPhysicalFunction sets what vcsim itself leaves empty: config.pciPassthruInfo, its PCI device, and QueryConfigTarget's ids.
func addPhysicalFunction(model *simulator.Model, id string) {
	device := types.HostPciDevice{
		Id: id, ClassId: 0x200, Bus: 0x3b, VendorId: 0x15b3, VendorName: "Mellanox Technologies",
		DeviceId: 0x101d, DeviceName: "ConnectX-6 Dx",
	}
	function := types.HostSriovInfo{
		HostPciPassthruInfo: types.HostPciPassthruInfo{Id: id, DependentDevice: id},
		SriovEnabled:        true, SriovCapable: true, SriovActive: true,
		NumVirtualFunctionRequested: 8, NumVirtualFunction: 8, MaxVirtualFunctionSupported: 16,
	}
	passthrough := types.VirtualMachinePciPassthroughInfo{PciDevice: device, SystemId: "5e8f9f3e-9a1b-4b52-0000-3cecef000000"}
	for _, object := range model.Map().All("HostSystem") {
		host := object.(*simulator.HostSystem)
		config, hardware := *host.Config, *host.Hardware
		config.PciPassthruInfo = []types.BaseHostPciPassthruInfo{&function}
		hardware.PciDevice = append(hardware.PciDevice[:len(hardware.PciDevice):len(hardware.PciDevice)], device)
		host.Config, host.Hardware = &config, &hardware
	}
	for _, object := range model.Map().All("VirtualMachine") {
		browser := model.Map().Get(object.(*simulator.VirtualMachine).EnvironmentBrowser).(*simulator.EnvironmentBrowser)
		browser.QueryConfigTargetResponse.Returnval = &types.ConfigTarget{
			Sriov: []types.VirtualMachineSriovInfo{{VirtualMachinePciPassthroughInfo: passthrough, Pnic: "vmnic4"}},
		}
	}
}
