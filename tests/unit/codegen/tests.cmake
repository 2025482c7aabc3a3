mote_test(codegen mote_codegen mote_compress mote_learn)
