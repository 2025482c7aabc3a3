mote_test(synth mote_synth)
