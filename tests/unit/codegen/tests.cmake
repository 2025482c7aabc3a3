mote_test(codegen mote_codegen)
