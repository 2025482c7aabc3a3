mote_test(listen mote_app)
