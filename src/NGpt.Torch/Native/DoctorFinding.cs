namespace NGpt.Torch.Native;

/// <summary>One line of <see cref="Doctor"/>'s report.</summary>
/// <param name="Status">How good or bad it is.</param>
/// <param name="Subject">What was looked at, in one to three words.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to do, or null.</param>
public sealed record DoctorFinding(FindingStatus Status, string Subject, string Detail, string? Remedy = null);
