mote_test(graph mote_graph)
