package main

func Example() {
	main()
	// Output:
	// refused: interaction: the role agent may not say here
	// refused: interaction: say is not possible while it is ended
	// contact:pat saw:
	//   Pat: I was charged twice.
	//   Maria: You get it back today.
	// agent:ben saw:
	//   Pat: I was charged twice.
	//   Ben: Refund it.
	//   Maria: You get it back today.
}
