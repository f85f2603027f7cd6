#!/bin/bash
# What HyperPod runs on a new node of a group that reaches FSx for Lustre by EFA.
GROUNDWORK_LUSTRE_EFA=yes exec bash "$(dirname "$0")/on_create.sh"
