using NGpt.Server.Scheduling;

namespace NGpt.Server;

/// <summary>A model at work.</summary>
/// <param name="Model">The model.</param>
/// <param name="Scheduler">What runs it.</param>
/// <param name="Created">When it was loaded.</param>
internal sealed record LoadedModel(ServedModel Model, ModelScheduler Scheduler, DateTimeOffset Created);
