"""Ray: processes on the nodes of a cluster, one that somebody has, or that is started on this machine for a while."""
