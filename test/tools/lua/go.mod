// The Lua interpreter of Argo CD, for the health check that docs/gitops.md gives.
module esxi-sriov-operator/test/tools/lua

go 1.26.0

require github.com/yuin/gopher-lua v1.1.2
