mote_test(board mote_board)
