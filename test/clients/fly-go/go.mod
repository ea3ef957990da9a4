module airworthy.invalid/clients/fly-go

go 1.25.8

require github.com/superfly/fly-go v0.9.6
