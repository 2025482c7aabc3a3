mote_test(app mote_cli)
