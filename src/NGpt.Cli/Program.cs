Console.WriteLine("ngpt");
