mote_test(store mote_store)
