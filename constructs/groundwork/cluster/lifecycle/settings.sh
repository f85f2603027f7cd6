# What a node is told beside these scripts; a deployment writes this file anew.
hugepages_mib=5120
