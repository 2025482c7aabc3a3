mote_test(base mote_base)
