// vcsim, the vCenter and ESXi simulator of govmomi, as a small program of our own: the tests' real vSphere API server.
module esxi-sriov-operator/test/tools/vcsim

go 1.26.0

require github.com/vmware/govmomi v0.52.0

require github.com/google/uuid v1.6.0 // indirect
