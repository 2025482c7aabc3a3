mote_test(stream mote_dsp)
