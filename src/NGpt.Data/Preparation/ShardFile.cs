namespace NGpt.Data.Preparation;

/// <summary>One token file of a split.</summary>
/// <param name="Name">Its name inside the folder of the dataset.</param>
/// <param name="Tokens">The number of its tokens.</param>
public sealed record ShardFile(string Name, long Tokens);
